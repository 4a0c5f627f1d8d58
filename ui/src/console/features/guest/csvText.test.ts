import { expect, it } from 'vitest'
import { protectCell } from './csvText'

it.each([
  ['Ana Costa', 'Ana Costa'],
  ['=HYPERLINK("x")', '\'=HYPERLINK("x")'],
  ['+351', '\'+351'],
  ['-1', '\'-1'],
  ['@ana', '\'@ana'],
  ['\'=1', '\'\'=1'],
  ['Ana;=1', 'Ana;\'=1'],
  ['O’Hara', 'O’Hara'],
  ['\'t Hooft', '\'t Hooft'],
  ['', ''],
])('protectCell(%s) is %s', (cell, safe) => expect(protectCell(cell)).toBe(safe))
