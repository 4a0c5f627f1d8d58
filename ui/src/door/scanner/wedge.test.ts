import { describe, expect, it } from 'vitest'
import { type Key, looksLikeCode, WedgeBuffer } from './wedge'

/** Types a text with `gap` milliseconds between the keys and answers what the final Enter gives. */
function type(buffer: WedgeBuffer, keys: Key[], gap: number, inField = false): string | null {
  let now = 1_000
  for (const key of keys) expect(buffer.press(key, (now += gap), inField)).toBeNull()
  return buffer.press(enter, now + gap, inField)
}

const enter: Key = { key: 'Enter', code: 'Enter', shift: false }
const keysOf = (text: string): Key[] => [...text].map((key) => ({ key, code: '', shift: false }))

const us: Record<string, [string, boolean]> = { ':': ['Semicolon', true], '/': ['Slash', false], '.': ['Period', false] }

/** The keys that a US scanner presses for a text, as a German phone understands them. */
function germanKeysOf(text: string): Key[] {
  const german: Record<string, string> = { ':': 'Ö', '/': '-', Y: 'Z', Z: 'Y' }
  return [...text].map((c) => {
    const [code, shift] = us[c] ?? [/\d/.test(c) ? `Digit${c}` : `Key${c}`, /[A-Z]/.test(c)]
    return { key: german[c] ?? c, code, shift }
  })
}

describe('WedgeBuffer', () => {
  it('takes a fast burst that ends with Enter', () => {
    expect(type(new WedgeBuffer(), keysOf('ABCD2345'), 60)).toBe('ABCD2345')
  })

  it('leaves typing by hand alone', () => {
    expect(type(new WedgeBuffer(), keysOf('Ana Costa'), 61)).toBeNull()
  })

  it('leaves a short burst alone', () => {
    expect(type(new WedgeBuffer(), keysOf('ABC2345'), 5)).toBeNull()
  })

  it('starts anew after a pause', () => {
    const buffer = new WedgeBuffer()
    buffer.press({ key: 'x', code: '', shift: false }, 0, false)
    expect(type(buffer, keysOf('ABCD2345'), 10)).toBe('ABCD2345')
  })

  it('ignores the Shift keys of a burst', () => {
    const shift: Key = { key: 'Shift', code: 'ShiftLeft', shift: true }
    const keys = keysOf('ABCD2345').flatMap((key) => [shift, key])
    expect(type(new WedgeBuffer(), keys, 10)).toBe('ABCD2345')
  })

  it('gives a burst without Enter once the keys rest', () => {
    const buffer = new WedgeBuffer()
    keysOf('ABCD2345').forEach((key, i) => buffer.press(key, i * 10, false))
    expect(buffer.rest(70 + 119)).toBeNull()
    expect(buffer.rest(70 + 120)).toBe('ABCD2345')
    expect(buffer.rest(70 + 500)).toBeNull()
  })

  it('gives each burst once', () => {
    const buffer = new WedgeBuffer()
    expect(type(buffer, keysOf('ABCD2345'), 10)).toBe('ABCD2345')
    expect(buffer.press(enter, 1_100, false)).toBeNull()
  })

  it('in a field takes a code but not a name, however fast it was pasted or filled in', () => {
    expect(type(new WedgeBuffer(), keysOf('Ana Costa'), 1, true)).toBeNull()
    expect(type(new WedgeBuffer(), keysOf('https://a.example/i/ABCD'), 1, true)).toBe('https://a.example/i/ABCD')
  })

  it('reads the physical keys when the layout garbles a link', () => {
    const link = 'HTTPS://DOOR.EXAMPLE/I/YZ23ABCD'
    expect(type(new WedgeBuffer(), germanKeysOf(link), 10)).toBe(link)
  })
})

describe('looksLikeCode', () => {
  it.each([
    ['https://door.example/i/ABC', true],
    ['HTTP://192.168.1.4:8080/I/ABC', true],
    ['ABCDEFGHIJKLMNOP', true],
    ['abcdefghijklmnopqrstuvwxyz', true],
    ['ABCDEFGHIJKLMNO', false],
    ['ABCDEFGHIJKLMNO1', false],
    ['Maria do Carmo Silva', false],
    ['', false],
  ])('%s → %s', (text, is) => expect(looksLikeCode(text)).toBe(is))
})
