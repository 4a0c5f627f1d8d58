import { describe, expect, it } from 'vitest'
import { bytes, ago, dateTime, dateTimeWithZone, dayIn, timeOfDay, timeToSecond, fromLocalInput, minutesSeconds, plural, toLocalInput } from './format'

describe('wall clock of an event', () => {
  it('goes to UTC and back', () => {
    expect(fromLocalInput('2026-06-12T21:00', 'Europe/Lisbon')).toBe('2026-06-12T20:00:00.000Z')
    expect(toLocalInput('2026-06-12T20:00:00.000Z', 'Europe/Lisbon')).toBe('2026-06-12T21:00')
    expect(fromLocalInput('2026-01-12T21:00', 'Asia/Kolkata')).toBe('2026-01-12T15:30:00.000Z')
  })

  it('holds on both sides of a clock change', () => {
    // Berlin went to summer time on 2026-03-29 at 02:00.
    expect(fromLocalInput('2026-03-29T01:30', 'Europe/Berlin')).toBe('2026-03-29T00:30:00.000Z')
    expect(fromLocalInput('2026-03-29T03:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
    expect(fromLocalInput('2026-10-25T04:00', 'Europe/Berlin')).toBe('2026-10-25T03:00:00.000Z')
  })

  it('leaves an empty field empty', () => {
    expect(fromLocalInput('', 'UTC')).toBeNull()
    expect(toLocalInput(null, 'UTC')).toBe('')
  })
})

it('says sizes in two digits', () => {
  expect([0, 999, 4_100_000, 12_340_000, 512_000_000, 20e9].map(bytes)).toEqual(['0 byte', '999 byte', '4.1 MB', '12 MB', '512 MB', '20 GB'])
})

it('counts days where the event is', () => {
  expect(dayIn('2026-06-12T23:30:00Z', 'Europe/Lisbon')).toBe('2026-06-13')
  expect(dayIn('2026-06-12T23:30:00Z', 'America/New_York')).toBe('2026-06-12')
})

it('tells ages in the largest unit that fits', () => {
  const now = Date.parse('2026-06-12T12:00:00Z')
  expect(ago('2026-06-12T11:59:31Z', now)).toBe('just now')
  expect(ago('2026-06-12T11:58:00Z', now)).toMatch(/^2 min/)
  expect(ago('2026-06-11T11:00:00Z', now)).toBe('yesterday')
})

it('says how long something still is as it was promised', () => {
  const now = Date.parse('2026-06-12T12:00:00Z')
  expect(ago('2026-06-19T11:59:58Z', now)).toBe('in 7 days')
  expect(ago('2026-06-18T23:00:00Z', now)).toBe('in 6 days')
  expect(ago('2026-07-02T12:00:00Z', now)).toBe('in 20 days')
})

it('has one clock, that of the guests’ page', () => {
  const at = '2026-06-12T19:05:09Z'
  expect(timeOfDay(at, 'Europe/Lisbon')).toBe('20:05')
  expect(timeToSecond(at, 'Europe/Lisbon')).toBe('20:05:09')
  expect(dateTime(at, 'Europe/Lisbon')).toMatch(/20:05$/)
  expect(timeOfDay('2026-06-12T00:00:00Z', 'UTC')).toBe('00:00')
})

it('names the zone of a time on paper', () => {
  const at = '2026-06-12T20:00:00Z'
  expect(dateTimeWithZone(at, 'Asia/Kolkata')).toBe(`${dateTime(at, 'Asia/Kolkata')} (GMT+5:30)`)
})

it('writes small things', () => {
  expect(plural(1, 'guest')).toBe('1 guest')
  expect(plural(2, 'person', 'people')).toBe('2 people')
  expect(minutesSeconds(545)).toBe('9:05')
  expect(minutesSeconds(-3)).toBe('0:00')
})
