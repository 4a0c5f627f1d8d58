import { expect, test } from 'vitest'
import type { Question } from '@/shared/api/rsvp'
import { draftsOf, moved, newQuestion, questionsOf } from './questions'

const menu: Question = { id: 'qst_a', label: 'Menu?', kind: 'choice', options: ['Fish', 'Leaf'], required: true, per: 'head' }
const song: Question = { id: 'qst_b', label: 'Song?', kind: 'text', options: [], required: false, per: 'guest' }

test('what is loaded is what is saved', () => {
  expect(questionsOf(draftsOf([menu, song]))).toEqual([menu, song])
})

test('choices are lines, and only a choice has them', () => {
  const draft = { ...newQuestion(), label: ' Menu? ', kind: 'choice', options: ' Fish \n\nLeaf\n' }
  expect(questionsOf([draft])[0]).toMatchObject({ id: '', label: 'Menu?', options: ['Fish', 'Leaf'] })
  expect(questionsOf([{ ...draft, kind: 'yes_no' }])[0]!.options).toEqual([])
})

test('a question moves by one, and stops at either end', () => {
  const drafts = draftsOf([menu, song])
  expect(moved(drafts, 0, 1).map(({ id }) => id)).toEqual(['qst_b', 'qst_a'])
  expect(moved(drafts, 1, -1).map(({ id }) => id)).toEqual(['qst_b', 'qst_a'])
  expect(moved(drafts, 0, -1)).toBe(drafts)
  expect(moved(drafts, 1, 1)).toBe(drafts)
})
