/** Who can open a link: this machine alone, its local network, or anybody. */
export type LinkReach = 'machine' | 'network' | 'anywhere'

/** By the host that a link names. A name that somebody else looks up may still lead nowhere. */
export function linkReach(url: string): LinkReach {
  const host = new URL(url).hostname
  const numeric = /^[\d.]+$/.test(host)
  if (host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || (numeric && host.startsWith('127.'))) return 'machine'
  const here = (numeric && /^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\./.test(host)) || /^\[f[cde]/.test(host)
  return here || host.endsWith('.local') || !/[.:]/.test(host) ? 'network' : 'anywhere'
}
