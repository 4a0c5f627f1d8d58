import { expect, test } from 'vitest'
import { codeFile } from './recovery'

test('the saved file has the code on a line of its own', () => {
  const code = '7KQ2-M9XT-0HVB-4RWE-ZD3P-CN8A-Y6K5'
  const text = codeFile(code, 'https://door.example', new Date('2026-11-24T10:00:00Z'))
  expect(text.split('\r\n')).toContain(code)
  expect(text).toContain('https://door.example, 2026-11-24')
})
