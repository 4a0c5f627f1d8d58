/** 128 random bits as text. crypto.randomUUID is absent over plain http; this is not. */
export function nonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
