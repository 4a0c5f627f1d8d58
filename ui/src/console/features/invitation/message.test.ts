import { expect, test } from 'vitest'
import { fillIn, firstMessage, greeting, longestMessage, messageProblem, whatsAppUrl } from './message'

const filling = { name: 'Ana', event: 'Rooftop Friday', date: 'Fri 12 Jun, 20:00', link: 'https://party.example/i/ABC' }

test('every blank is filled in, as often as it stands there', () => {
  expect(fillIn('{name}! {Event}, {DATE}: {link} {name}', filling)).toBe('Ana! Rooftop Friday, Fri 12 Jun, 20:00: https://party.example/i/ABC Ana')
  expect(fillIn('{nobody} {', filling)).toBe('{nobody} {')
})

test('a name is no template', () => {
  expect(fillIn('Hi {name}: {link}', { ...filling, name: '{link} $& $1 {name}' })).toBe('Hi {link} $& $1 {name}: https://party.example/i/ABC')
})

test('a name that is written from right to left keeps its place, and the link stays bare', () => {
  expect(fillIn('Hi {name}, {link}', { ...filling, name: 'محمد' })).toBe('Hi \u2068محمد\u2069, https://party.example/i/ABC')
  expect(fillIn('שלום {name}: {link}', filling)).toBe('שלום \u2068Ana\u2069: https://party.example/i/ABC')
})

test.each([
  ['an apostrophe, & and %', 'It’s Zoë\'s 100% & more + #1?'],
  ['emoji of several parts', 'Party 🎉👩‍👩‍👧🏳️‍🌈'],
  ['lines', 'Hi Ana,\n\ncome!\n'],
  ['right to left', 'مرحبا \u2068Ana\u2069'],
  ['the longest', '界'.repeat(longestMessage)],
])('WhatsApp gets %s as it was written', (_, text) => {
  const url = new URL(whatsAppUrl('+351 912-000 001', text))
  expect([url.origin, url.pathname, [...url.searchParams.keys()]]).toEqual(['https://wa.me', '/351912000001', ['text']])
  expect(url.searchParams.get('text')).toBe(text)
  expect(url.hash).toBe('')
})

test('half of an emoji does not stop a message', () => {
  expect(new URL(whatsAppUrl('+1', `${'🎉'.charAt(0)} hi 🎉`)).searchParams.get('text')).toBe('\uFFFD hi 🎉')
})

test('a message is refused with what to do', () => {
  expect(messageProblem(firstMessage)).toBeUndefined()
  expect(messageProblem('Come!')).toContain('Put {link}')
  expect(messageProblem('{link} {nmae}')).toContain('{nmae} is not one')
  expect(messageProblem('{link}'.padEnd(longestMessage + 3, '.'))).toContain('3 fewer')
})

test('a guest is greeted by the first name, a household by all of it', () => {
  expect(['Ana Costa', 'Family Li', 'The Müllers', 'محمد علي', ''].map(greeting)).toEqual(['Ana', 'Family Li', 'The Müllers', 'محمد', ''])
})
