// Words for times and numbers, in the reader's language and the event's timezone.

const locale = typeof navigator === 'undefined' ? 'en' : navigator.language

const cache = new Map<string, Intl.DateTimeFormat>()

function formatter(timezone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timezone} ${JSON.stringify(options)}`
  let found = cache.get(key)
  // The clock goes to 24 as on the guests' page and in mails: who sends "21:00" and who reads it see the same.
  if (!found) cache.set(key, found = new Intl.DateTimeFormat(locale, { ...options, hourCycle: options.hour && 'h23', timeZone: timezone }))
  return found
}

/** "Fri 12 Jun, 21:00" or its like, with the year when it is not this one. */
export function dateTime(at: string, timezone?: string, now = new Date()): string {
  const when = new Date(at)
  const sameYear = when.getFullYear() === now.getFullYear()
  return formatter(timezone, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: sameYear ? undefined : 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(when)
}

/** "Fri 12 Jun, 21:00 (GMT+1)": for paper, which is read far from any clock of ours. */
export function dateTimeWithZone(at: string, timezone: string): string {
  const zone = formatter(timezone, { timeZoneName: 'short' }).formatToParts(new Date(at)).find(({ type }) => type === 'timeZoneName')
  return `${dateTime(at, timezone)} (${zone?.value ?? timezone})`
}

/** "21:00". */
export function timeOfDay(at: string, timezone?: string): string {
  return formatter(timezone, { hour: '2-digit', minute: '2-digit' }).format(new Date(at))
}

/** "21:47:03", for rows that arrive many to the minute. */
export function timeToSecond(at: string, timezone?: string): string {
  return formatter(timezone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(at))
}

/** "2026-06-12" as the place counts its days, for grouping and comparing. */
export function dayIn(at: string | Date, timezone?: string): string {
  const parts = formatter(timezone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(new Date(at))
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })

/** "just now", "2 min. ago", "yesterday", "in 3 days". */
export function ago(at: string, now = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) < size) continue
    // What was given seven days has seven a second later too.
    return relative.format(seconds > 0 ? Math.round(seconds / size) : Math.trunc(seconds / size), unit)
  }
  return 'just now'
}

const regions = new Intl.DisplayNames(locale, { type: 'region' })

/** "PT" → "Portugal", in the reader's language. */
export function countryName(code: string): string {
  return regions.of(code) ?? code
}

const numbers = new Intl.NumberFormat(locale)

/** 1234 → "1,234". */
export function count(n: number): string {
  return numbers.format(n)
}

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** 12_300_000 → "12 MB": two digits, in steps of a thousand. */
export function bytes(n: number): string {
  const step = n < 1 ? 0 : Math.min(sizes.length - 1, Math.floor(Math.log10(n) / 3))
  return new Intl.NumberFormat(locale, { style: 'unit', unit: sizes[step], maximumSignificantDigits: n / 1000 ** step < 100 ? 2 : 3 }).format(n / 1000 ** step)
}

/** (1, "guest") → "1 guest", (2, "guest") → "2 guests". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

/** Seconds → "9:05". */
export function minutesSeconds(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

/** The wall clock of an `<input type=datetime-local>` in a timezone → RFC 3339 UTC. "" → null. */
export function fromLocalInput(value: string, timezone: string): string | null {
  if (!value) return null
  const guess = Date.parse(`${value}Z`)
  // The offset at the guess may differ from the one at the answer when a clock change lies between.
  const first = guess - offsetAt(guess, timezone)
  return new Date(guess - offsetAt(first, timezone)).toISOString()
}

/** RFC 3339 → the value of an `<input type=datetime-local>` in a timezone. */
export function toLocalInput(at: string | null, timezone: string): string {
  if (!at) return ''
  const utc = Date.parse(at)
  return new Date(utc + offsetAt(utc, timezone)).toISOString().slice(0, 16)
}

/** How far a timezone's wall clock is ahead of UTC, in milliseconds. */
function offsetAt(utc: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(utc)
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value)
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return wall - Math.floor(utc / 1000) * 1000
}
