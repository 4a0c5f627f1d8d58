import { expect, test } from 'vitest'
// The same table that the server's reading is tried by, pkg/guest/phone_test.go.
import table from '../../../pkg/guest/testdata/phones.csv?raw'
import { isInternational, phoneCountries, phoneProblem, readPhone } from './phone'

const rows = table.trimEnd().split('\n').slice(1).map((line) => line.split(',') as [string, string, string])

test.each(rows)('%j of %j is read as the server reads it', (typed, country, e164) => {
  expect(readPhone(typed, country).e164).toBe(e164)
  expect(Boolean(phoneProblem(typed, country))).toBe(Boolean(typed && !e164))
})

test.each([
  ['912000001', 'PT', '912 000 001'],
  ['01701234567', 'DE', '0170 1234567'],
  ['07400123456', 'GB', '07400 123456'],
  ['0612345678', 'FR', '06 12 34 56 78'],
  ['11912345678', 'BR', '(11) 91234-5678'],
  ['2025550123', 'US', '(202) 555-0123'],
  ['3123456789', 'IT', '312 345 6789'],
  ['09012345678', 'JP', '090-1234-5678'],
])('%s of %s is written as people write it there', (typed, country, national) => {
  expect(readPhone(typed, country).national).toBe(national)
})

test('a number that says its country belongs there, whatever was chosen', () => {
  expect(readPhone('+4930901820', 'PT')).toMatchObject({ country: 'DE', national: '030 901820' })
  expect(readPhone('004930901820', 'PT').country).toBe('DE')
  expect(readPhone('+14165550123', 'US').country).toBe('CA')
  expect(isInternational(' +49')).toBe(true)
  expect(isInternational('030')).toBe(false)
})

test('of the countries that share a code, the chosen one stays', () => {
  expect(readPhone('07911 123456', 'GB').country).toBe('GB')
  expect(readPhone('416 555 0123', 'US').country).toBe('US')
})

test('what is sent says the chosen country even while it is no number', () => {
  expect(readPhone('12', 'PT').value).toBe('+35112')
  expect(readPhone('ask Ana', 'PT').value).toBe('ask Ana')
  expect(readPhone(' ', 'PT').value).toBe('')
})

test('a problem says what to do', () => {
  expect(phoneProblem('12', 'PT')).toBe('Too short for a phone number in Portugal. Add the missing digits, or choose another country.')
  expect(phoneProblem('912 000 001 234 567', 'PT')).toContain('Too long for a phone number in Portugal')
  expect(phoneProblem('555 123 4567', 'US')).toContain('This is not a phone number in United States')
  expect(phoneProblem('912 000 001', '')).toBe('Choose the country, or begin with + and the country code.')
})

test('countries are in the order of their names, with their codes', () => {
  const countries = phoneCountries()
  expect(countries.length).toBeGreaterThan(200)
  expect(countries).toContainEqual({ value: 'PT', label: 'Portugal +351' })
  expect(countries.map(({ label }) => label)).toEqual(countries.map(({ label }) => label).sort((a, b) => a.localeCompare(b)))
})
