/** A code that was just taken is ignored for this long. */
export const repeatWindow = 3_000
/** A code that is out of sight for this long has been taken away. */
const absence = 800

/**
 * SightFilter decides whether a sighted code is a new presentation. The camera sees a held code many times a second:
 * that is one presentation, however long the guest holds still. Shown again after it was taken away, and not within
 * repeatWindow of the last time it counted, it counts again, and the server then says that the guest is already in.
 */
export class SightFilter {
  private text = ''
  private countedAt = -Infinity
  private seenAt = -Infinity

  /** Reports whether this sighting counts; `now` in milliseconds. */
  counts(text: string, now: number): boolean {
    const held = text === this.text && now - this.seenAt < absence
    const recent = text === this.text && now - this.countedAt < repeatWindow
    this.seenAt = now
    if (held || recent) return false
    this.text = text
    this.countedAt = now
    return true
  }
}
