import type { Question, Rsvp } from '@/shared/api/rsvp'

export interface AnswerRow {
  /** The question, or that it is gone. */
  label: string
  answer: string
}

export interface Answers {
  /** Of the guest, in the order of the questions. */
  own: AnswerRow[]
  /** One for each whom the guest brings or named, with what was answered for them. */
  companions: { name: string; rows: AnswerRow[] }[]
  /** To questions that the host took out since. */
  removed: AnswerRow[]
}

/** A guest's answers, put to the questions they belong to. */
export function answersOf(questions: Question[], rsvp: Pick<Rsvp, 'plus_ones' | 'companions' | 'answers'>): Answers {
  const rows = (suffix: string) => questions.flatMap(({ id, label, kind }) => {
    const given = rsvp.answers[id + suffix]
    return given ? [{ label, answer: kind === 'yes_no' ? yesNo(given) : given }] : []
  })
  const ids = new Set(questions.map(({ id }) => id))
  const companions = Array.from({ length: Math.max(rsvp.plus_ones, rsvp.companions.length) }, (_, i) => ({
    name: rsvp.companions[i] || `Person ${i + 1}`,
    rows: rows(`.${i + 1}`),
  }))
  return {
    own: rows(''),
    companions: companions.some(({ name, rows: given }, i) => given.length > 0 || name === rsvp.companions[i]) ? companions : [],
    removed: Object.entries(rsvp.answers).filter(([key]) => !ids.has(key.split('.')[0]!)).map(([key, answer]) => ({
      label: key.startsWith('qst_') ? 'A question you removed' : key,
      answer,
    })),
  }
}

function yesNo(answer: string): string {
  return answer === 'yes' ? 'Yes' : 'No'
}
