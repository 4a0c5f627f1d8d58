import { expect, test } from 'vitest'
import type { Question } from '@/shared/api/rsvp'
import { answersOf } from './answers'

const question = (id: string, more: Partial<Question> = {}): Question => ({ id, label: id.toUpperCase(), kind: 'text', options: [], required: false, per: 'guest', ...more })

test('answers stand under the head that they are of', () => {
  const questions = [question('qst_menu', { per: 'head' }), question('qst_bus', { kind: 'yes_no' })]
  expect(answersOf(questions, {
    plus_ones: 2,
    companions: ['', 'Ben'],
    answers: { qst_menu: 'Fish', 'qst_menu.1': 'Soup', qst_bus: 'no', qst_gone: 'Waterloo', diet: 'vegan' },
  })).toEqual({
    own: [{ label: 'QST_MENU', answer: 'Fish' }, { label: 'QST_BUS', answer: 'No' }],
    companions: [{ name: 'Person 1', rows: [{ label: 'QST_MENU', answer: 'Soup' }] }, { name: 'Ben', rows: [] }],
    removed: [{ label: 'A question you removed', answer: 'Waterloo' }, { label: 'diet', answer: 'vegan' }],
  })
})

test('nobody is listed when nothing is known of them', () => {
  expect(answersOf([], { plus_ones: 2, companions: [], answers: {} }).companions).toEqual([])
})
