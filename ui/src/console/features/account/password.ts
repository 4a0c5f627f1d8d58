/** How many characters a password has at least. The server has more rules, and says which one was broken. */
export const shortest = 12

/** What to say below the field of a new password. */
export function passwordHint(password: string): string {
  const missing = shortest - [...password].length
  if (!password) return `At least ${shortest} characters. A few words in a row do well.`
  return missing > 0 ? `${missing} more to go.` : 'Long enough.'
}
