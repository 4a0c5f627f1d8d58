// Hand scanners that type like a keyboard. A burst of fast keys is a scan; a person never types like that.

/** The longest pause between two keys of one burst. */
const keyGap = 60
/** A burst without Enter is over after this much silence. */
export const silence = 120
const shortest = 8

export interface Key {
  /** The character as the phone's layout sees it, or the name of a key ("Enter"). */
  key: string
  /** The physical key, "" where the browser does not tell. */
  code: string
  shift: boolean
}

const usPunctuation: Record<string, [string, string]> = {
  Minus: ['-', '_'],
  Slash: ['/', '?'],
  Semicolon: [';', ':'],
  Period: ['.', '>'],
  Equal: ['=', '+'],
}

/** The character that a key has on a US keyboard, which is what scanners pretend to be; "" when unknown. */
export function usCharacter({ code, shift }: Pick<Key, 'code' | 'shift'>): string {
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  if (letter) return shift ? letter : letter.toLowerCase()
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1]
  if (digit && !shift) return digit
  return usPunctuation[code]?.[shift ? 1 : 0] ?? ''
}

const looksLikeLink = (text: string) => /^https?:\/\//i.test(text)

/** Whether a text has the shape of a link or of a bare token, and so cannot be a name somebody is typing. */
export function looksLikeCode(text: string): boolean {
  return looksLikeLink(text) || /^[A-Z2-7]{16,64}$/i.test(text)
}

/** WedgeBuffer collects keys and recognises bursts. Times are milliseconds of any steady clock. */
export class WedgeBuffer {
  private typed = ''
  private physical = ''
  private lastAt = -Infinity

  /**
   * Takes one key. Answers the scanned text when the key is the Enter that ends a burst, else null.
   * `inField`: an input has the focus, so the burst must also look like a code.
   */
  press(key: Key, now: number, inField: boolean): string | null {
    if (now - this.lastAt > keyGap) this.clear()
    if (key.key === 'Enter') {
      const text = this.text()
      this.clear()
      return text !== null && (!inField || looksLikeCode(text)) ? text : null
    }
    if (key.key.length !== 1) return null
    this.typed += key.key
    this.physical += usCharacter(key) || key.key
    this.lastAt = now
    return null
  }

  /** Called after `silence` without a key: the text of a burst that came without Enter, else null. */
  rest(now: number): string | null {
    if (now - this.lastAt < silence) return null
    const text = this.text()
    this.clear()
    return text
  }

  /**
   * On a phone set to a German or French layout a US scanner types "httpsÖ--": then the physical keys tell the truth.
   */
  private text(): string | null {
    if (this.typed.length < shortest) return null
    return !looksLikeLink(this.typed) && looksLikeLink(this.physical) ? this.physical : this.typed
  }

  private clear(): void {
    this.typed = ''
    this.physical = ''
  }
}
