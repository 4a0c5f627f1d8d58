// What guests are asked and answer, on the wire.
import type { RsvpStatus } from './types'

export type QuestionKind = 'text' | 'choice' | 'yes_no'

export interface Question {
  /** Empty in a request: a new one. */
  id: string
  label: string
  kind: QuestionKind
  /** Of a choice; empty otherwise. */
  options: string[]
  required: boolean
  /** head: also asked for everybody whom the guest brings; their answers are under `<id>.1`, `<id>.2` and so on. */
  per: 'guest' | 'head'
}

export interface Rsvp {
  status: RsvpStatus
  plus_ones: number
  /** '' for one without a name. */
  companions: string[]
  /** By question, see Question.per. */
  answers: Record<string, string>
  message: string
  answered_at: string | null
}
