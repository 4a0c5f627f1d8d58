/**
 * A fresh 128-bit nonce in hex. The server answers the same nonce once, however often it is sent.
 * crypto.randomUUID is absent on plain http, getRandomValues is not.
 */
export function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
}
