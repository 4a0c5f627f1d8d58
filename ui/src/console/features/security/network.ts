/** How much of the internet an entry of the allowlist would let through unjudged. */
export type Breadth = 'usual' | 'wide' | 'everybody'

const narrowest = { v4: 8, v6: 24 } // the shortest prefixes that are not questioned
const mappedBits = 96

/** The breadth of an address or network as typed. Text that is neither is `usual`: the server says what is wrong with it. */
export function breadthOf(text: string): Breadth {
  const match = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(text.trim())
  if (!match) return 'usual'
  const address = match[1]!
  const bits = Number(match[2])
  const mapped = /^(::|(0{1,4}:){5})ffff:/i.test(address) && bits >= mappedBits
  const prefix = mapped ? bits - mappedBits : bits
  if (prefix === 0) return 'everybody'
  return prefix < (mapped || !address.includes(':') ? narrowest.v4 : narrowest.v6) ? 'wide' : 'usual'
}
