import { expect, it } from 'vitest'
import { passwordHint } from './password'

it.each([
  ['', 'At least 12 characters. A few words in a row do well.'],
  ['lantern', '5 more to go.'],
  ['😀😀😀😀😀😀', '6 more to go.'],
  ['lantern-otter', 'Long enough.'],
])('passwordHint(%s) is %s', (password, hint) => {
  expect(passwordHint(password)).toBe(hint)
})
