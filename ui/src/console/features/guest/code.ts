/** A guest's code as the guest's own page writes it: "9DES BB" is harder to say than "9DE SBB". */
export function spokenCode(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`
}
