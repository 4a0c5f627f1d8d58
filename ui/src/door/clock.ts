import { dateTime, dayIn, timeOfDay } from '@/shared/format'

/** A time as the event's own zone shows it: "just now" within a minute, "21:02" today, else with its day. */
export function clock(at: string, now: number, zone: string): string {
  if (Math.abs(now - Date.parse(at)) < 60_000) return 'just now'
  const today = dayIn(at, zone) === dayIn(new Date(now), zone)
  return today ? timeOfDay(at, zone) : dateTime(at, zone, new Date(now))
}
