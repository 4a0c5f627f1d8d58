// Hand scanners that type like a keyboard. A burst of fast keys is a scan; a person never types like that.

/** The longest pause between two keys of one burst, in milliseconds like all times here. */
const keyGap = 60
/** A whole code without Enter is over after this much silence. */
const silence = 120
/** How long a scanner that has begun may stall in the middle of a code: radio and a busy phone do that. */
const stall = 500
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

/**
 * Whether a text has the form of a whole code of ours: a token of 48 base32 characters, or a link /i/TOKEN to any host.
 * A part of a code has it not, and neither has a name that somebody types.
 */
export function isWholeCode(text: string): boolean {
  return /^(?:[A-Z2-7]{48}|https?:\/\/[^/\s]+\/i\/[A-Z2-7]{48}(?:[/?#].*)?)$/i.test(text.trim())
}

/** WedgeBuffer collects keys and recognises bursts. Times are milliseconds of any steady clock. */
export class WedgeBuffer {
  private typed = ''
  private physical = ''
  private lastAt = -Infinity

  /**
   * Takes one key. Answers the scanned text when the key is the Enter that ends a burst, else null.
   * `inField`: an input has the focus, so the burst must also be a whole code.
   */
  press(key: Key, now: number, inField: boolean): string | null {
    // Nobody types eight keys that fast: what began like this is a scanner, and may stall.
    if (now - this.lastAt > (this.typed.length < shortest ? keyGap : stall)) this.clear()
    if (key.key === 'Enter') {
      const text = this.text()
      this.clear()
      return text !== null && (!inField || isWholeCode(text)) ? text : null
    }
    if (key.key.length !== 1) return null
    this.typed += key.key
    this.physical += usCharacter(key) || key.key
    this.lastAt = now
    return null
  }

  /** How long the keys must rest until what was typed is all that comes. */
  get patience(): number {
    const text = this.text()
    return text !== null && isWholeCode(text) ? silence : stall
  }

  /** Called when no key came for `patience`: the text of a burst that came without Enter, else null. */
  rest(now: number): string | null {
    if (now - this.lastAt < this.patience) return null
    const text = this.text()
    this.clear()
    return text
  }

  /**
   * On a phone set to a German or French layout a US scanner types "httpsÖ--": then the physical keys tell the truth.
   */
  private text(): string | null {
    if (this.typed.length < shortest) return null
    return !isWholeCode(this.typed) && isWholeCode(this.physical) ? this.physical : this.typed
  }

  private clear(): void {
    this.typed = ''
    this.physical = ''
  }
}
