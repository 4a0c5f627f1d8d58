import type { Feedback, Figures, LearnedModel, Opinion } from '@/shared/api/types'
import { plural } from '@/shared/format'

/** What it takes before anything is learned: verdicts of each kind, and of how many guests each. */
export const needed: Record<Opinion, number> & { guests: number } = { legitimate: 20, suspicious: 10, guests: 5 }

export interface Tally {
  verdicts: number
  guests: number
}

/** Verdicts of each kind and the guests they are about. */
export function tally(feedback: Feedback[]): Record<Opinion, Tally> {
  const of = (opinion: Opinion): Tally => {
    const given = feedback.filter((f) => f.verdict === opinion)
    return { verdicts: given.length, guests: new Set(given.map((f) => f.guest.id)).size }
  }
  return { legitimate: of('legitimate'), suspicious: of('suspicious') }
}

/** What one kind of verdict still lacks, or "" when it has enough. */
export function missing(opinion: Opinion, { verdicts, guests }: Tally): string {
  const more = Math.max(0, needed[opinion] - verdicts)
  const moreGuests = Math.max(0, needed.guests - guests)
  const others = plural(moreGuests, guests > 0 ? 'more guest' : 'guest')
  if (more > 0 && moreGuests > 0) return `${more} more, from at least ${others}`
  if (more > 0) return `${more} more`
  return moreGuests > 0 ? `some from ${others}` : ''
}

/** The typical likelihood that a model gave to what the host then said, 0–1; null when it was not measured. */
export function agreement(figures: Figures): number | null {
  return figures.loss === 0 && figures.deviation === 0 ? null : Math.exp(-figures.loss)
}

/** The share of sample strangers caught, 0–1; null when it was not measured. */
export function caught(figures: Figures): number | null {
  return figures.area === 0 ? null : figures.caught
}

/** Whether two models judge alike: one that was gone back to is stored anew under its own number. */
export function judgesAlike(a: LearnedModel, b: LearnedModel): boolean {
  return a.offset === b.offset && a.weights.length === b.weights.length && a.weights.every((w, i) => w === b.weights[i])
}

/** The model that a host went back to: the oldest entry that judges alike. */
export function originOf(model: LearnedModel, all: LearnedModel[]): LearnedModel {
  return [...all].reverse().find((m) => m.origin !== 'reverted' && judgesAlike(m, model)) ?? model
}
