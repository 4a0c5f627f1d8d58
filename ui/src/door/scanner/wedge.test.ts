import { describe, expect, it } from 'vitest'
import { type Key, isWholeCode, WedgeBuffer } from './wedge'

/** Types a text with `gap` milliseconds between the keys and answers what the final Enter gives. */
function type(buffer: WedgeBuffer, keys: Key[], gap: number, inField = false): string | null {
  let now = 1_000
  for (const key of keys) expect(buffer.press(key, (now += gap), inField)).toBeNull()
  return buffer.press(enter, now + gap, inField)
}

const token = 'CAAACAQDAQCQMBYIBEAAAAORB72AOCS3LXCNXLJR7XFL7GUO'
const link = `HTTPS://DOOR.EXAMPLE/I/${token}`

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

  it('gives a whole code without Enter once the keys rest', () => {
    const buffer = new WedgeBuffer()
    keysOf(token).forEach((key, i) => buffer.press(key, i * 10, false))
    expect(buffer.rest(470 + 119)).toBeNull()
    expect(buffer.rest(470 + 120)).toBe(token)
    expect(buffer.rest(470 + 900)).toBeNull()
  })

  it('waits longer for the rest of a code', () => {
    const buffer = new WedgeBuffer()
    keysOf('ABCD2345').forEach((key, i) => buffer.press(key, i * 10, false))
    expect(buffer.rest(70 + 499)).toBeNull()
    expect(buffer.rest(70 + 500)).toBe('ABCD2345')
  })

  it.each([150, 500])('puts a code together that stalls for %i ms in the middle', (pause) => {
    const buffer = new WedgeBuffer()
    keysOf(link.slice(0, 30)).forEach((key, i) => buffer.press(key, i * 10, false))
    const resumes = 290 + pause
    keysOf(link.slice(30)).forEach((key, i) => expect(buffer.press(key, resumes + i * 10, false)).toBeNull())
    expect(buffer.press(enter, resumes + 10 * link.length, false)).toBe(link)
  })

  it('gives each burst once', () => {
    const buffer = new WedgeBuffer()
    expect(type(buffer, keysOf('ABCD2345'), 10)).toBe('ABCD2345')
    expect(buffer.press(enter, 1_100, false)).toBeNull()
  })

  it('in a field takes a code but not a name, however fast it was pasted or filled in', () => {
    expect(type(new WedgeBuffer(), keysOf('Ana Costa'), 1, true)).toBeNull()
    expect(type(new WedgeBuffer(), keysOf(link.slice(12)), 1, true)).toBeNull()
    expect(type(new WedgeBuffer(), keysOf(link), 1, true)).toBe(link)
  })

  it('reads the physical keys when the layout garbles a link', () => {
    expect(type(new WedgeBuffer(), germanKeysOf(link), 10)).toBe(link)
  })
})

describe('isWholeCode', () => {
  it.each([
    [token, true],
    [token.toLowerCase(), true],
    [link, true],
    [` ${link}\n`, true],
    [`http://192.0.2.4:8080/i/${token.toLowerCase()}?x=1`, true],
    [token.slice(1), false],
    [`${token}A`, false],
    [token.replace('C', '1'), false],
    [link.slice(0, -1), false],
    [link.slice(8), false],
    ['https://door.example/menu', false],
    ['4006381333931', false],
    ['Maria do Carmo Silva', false],
    ['', false],
  ])('%s → %s', (text, is) => expect(isWholeCode(text)).toBe(is))
})
