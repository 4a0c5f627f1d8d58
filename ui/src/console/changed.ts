/**
 * The fields of `next` that are not as they were `before`. A form sends these alone, so that it leaves be what somebody else
 * changed meanwhile.
 */
export function changed<T extends object>(next: T, before: T): Partial<T> {
  const keys = Object.keys(next) as (keyof T)[]
  return Object.fromEntries(keys.filter((key) => JSON.stringify(next[key]) !== JSON.stringify(before[key])).map((key) => [key, next[key]])) as Partial<T>
}

export function isChanged<T extends object>(next: T, before: T): boolean {
  return Object.keys(changed(next, before)).length > 0
}
