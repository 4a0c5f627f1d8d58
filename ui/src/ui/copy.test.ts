import { afterEach, expect, it, vi } from 'vitest'
import { copyFrom } from './copy'
import { toasts } from './toast'

function fieldWith(text: string): HTMLInputElement {
  const field = document.createElement('input')
  field.value = text
  document.body.append(field)
  return field
}

/** A browser with or without each of the two ways to copy. */
function browser({ clipboard, command }: { clipboard?: (text: string) => Promise<void>; command?: () => boolean }) {
  vi.stubGlobal('navigator', { clipboard: clipboard && { writeText: clipboard } })
  document.execCommand = vi.fn(command ?? (() => false))
}

afterEach(() => {
  vi.unstubAllGlobals()
  toasts.length = 0
})

it('uses the clipboard where there is one', async () => {
  const clipboard = vi.fn(() => Promise.resolve())
  browser({ clipboard })
  expect(await copyFrom(fieldWith('a link'))).toBe(true)
  expect(clipboard).toHaveBeenCalledWith('a link')
  expect(document.execCommand).not.toHaveBeenCalled()
})

it('copies the old way over plain http', async () => {
  browser({ command: () => true })
  expect(await copyFrom(fieldWith('a link'))).toBe(true)
  expect(document.execCommand).toHaveBeenCalledWith('copy')
  expect(toasts.at(-1)?.text).toBe('Copied')
})

it('copies the old way when the clipboard is refused', async () => {
  browser({ clipboard: () => Promise.reject(new Error('denied')), command: () => true })
  expect(await copyFrom(fieldWith('a link'))).toBe(true)
})

it('leaves the text selected and says so when nothing works', async () => {
  browser({})
  const field = fieldWith('a link')
  expect(await copyFrom(field)).toBe(false)
  expect(document.activeElement).toBe(field)
  expect([field.selectionStart, field.selectionEnd]).toEqual([0, 6])
  expect(toasts.at(-1)?.text).toContain('selected')
})
