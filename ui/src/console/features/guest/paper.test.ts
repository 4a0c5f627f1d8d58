import { expect, test } from 'vitest'
import type { Guest, InvitationState, RsvpStatus } from '@/shared/api/types'
import { boxesOf, byName, cardsOf, doorPages, inParts, letterOf } from './paper'

const guests = (...names: string[]) => names.map((name, i) => ({ id: `gst_${i}`, name }) as Guest)
const lines = (names: string[], size: number) => doorPages(guests(...names), size).map((page) => page.lines.map((line) => line.letter ?? line.guest!.name))

test('accents stand beside their letter, numbers before letters', () => {
  const names = ['Zoë', 'Ávila', 'Bo', 'Avery', 'Östen', 'Olga', '10 Downing', '2 Fast', 'élan', 'Eve', 'Çelik', 'Cleo']
  expect(byName(guests(...names)).map(({ name }) => name)).toEqual(
    ['2 Fast', '10 Downing', 'Avery', 'Ávila', 'Bo', 'Çelik', 'Cleo', 'élan', 'Eve', 'Olga', 'Östen', 'Zoë'],
  )
})

test.each([
  ['Álvaro', 'A'], ['ana', 'A'], ['Ærø', 'A'], ['Øyvind', 'O'], ['Łucja', 'L'], ['Ñandu', 'N'], ['ßeta', 'S'], ['Zz', 'Z'], [' Eve', 'E'],
  ['9 Lives', '#'], ['“Ace”', '#'], ['Юлия', 'Ю'], ['', '#'],
])('%s is under %s', (name, letter) => expect(letterOf(name)).toBe(letter))

test('a letter comes once, and again on the next page', () => {
  expect(lines(['Ben', 'Ána', 'Ada', 'Abe', 'Cleo'], 4)).toEqual([['A', 'Abe', 'Ada', 'Ána'], ['B', 'Ben', 'C', 'Cleo']])
  expect(lines(['A1', 'A2', 'A3', 'A4'], 3)).toEqual([['A', 'A1', 'A2'], ['A', 'A3', 'A4']])
})

test('no page ends with a letter', () => {
  expect(lines(['Ada', 'Abe', 'Ben'], 4)).toEqual([['A', 'Abe', 'Ada'], ['B', 'Ben']])
})

test('a page says which letters are on it', () => {
  expect(doorPages(guests('Ada', 'Ben', 'Cleo', 'Dan', 'Eve'), 6).map(({ letters }) => letters)).toEqual(['A–C', 'D–E'])
  expect(doorPages(guests('Ada'), 6)[0]!.letters).toBe('A')
  expect(doorPages([], 6)).toEqual([])
})

test('nobody is lost and no page is too long, whatever the list', () => {
  const names = Array.from({ length: 997 }, (_, i) => `${String.fromCharCode(65 + ((i * 7) % 26))}${i}`)
  const pages = doorPages(guests(...names), 25)
  expect(pages.flatMap((page) => page.lines.flatMap(({ guest }) => guest?.name ?? []))).toEqual(byName(guests(...names)).map(({ name }) => name))
  expect(Math.max(...pages.map((page) => page.lines.length))).toBeLessThanOrEqual(25)
  expect(pages.every((page) => page.lines[0]!.letter && page.lines.at(-1)!.guest)).toBe(true)
})

test('there is a box for each of a party, as far as there is room', () => {
  const party = (size: number, inside: number) => boxesOf({ party_size: size, checkin: { heads_inside: inside, first_at: null, last_at: null } })
  expect(party(3, 1)).toEqual({ ticked: [true, false, false], more: 0 })
  expect(party(9, 0)).toEqual({ ticked: Array(6).fill(false), more: 3 })
})

test('a list is cut into parts', () => {
  expect(inParts([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
  expect(inParts([], 2)).toEqual([])
})

test('prints no cards for who said no unless asked, and none for revoked links', () => {
  const guest = (status: RsvpStatus, state: InvitationState) => ({ rsvp: { status } as Guest['rsvp'], invitation: { state } as Guest['invitation'] })
  const [coming, waits, no, linkless, out] = [guest('attending', 'issued'), guest('waitlisted', 'issued'), guest('declined', 'issued'), guest('none', 'none'), guest('attending', 'revoked')]
  const all = [coming, waits, no, linkless, out]
  expect(cardsOf(all, 'expected')).toEqual([coming, waits])
  expect(cardsOf(all, 'coming')).toEqual([coming])
  expect(cardsOf(all, 'all')).toEqual([coming, waits, no, linkless])
})
