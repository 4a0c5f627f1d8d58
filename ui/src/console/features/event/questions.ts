import type { Question, QuestionKind } from '@/shared/api/rsvp'

export const mostQuestions = 20

export const kinds: { value: QuestionKind; label: string }[] = [
  { value: 'text', label: 'Free text' },
  { value: 'choice', label: 'One of several' },
  { value: 'yes_no', label: 'Yes or no' },
]

/** A question as it is typed. */
export interface QuestionDraft {
  /** For this page alone: the id, which is empty until it is saved, or a name of its own. */
  key: string
  id: string
  label: string
  kind: string
  /** One a line. */
  options: string
  required: boolean
  perHead: boolean
}

let lastKey = 0

export function newQuestion(): QuestionDraft {
  return { key: `new ${++lastKey}`, id: '', label: '', kind: 'text', options: '', required: false, perHead: false }
}

export function draftsOf(questions: Question[]): QuestionDraft[] {
  return questions.map(({ id, label, kind, options, required, per }) => ({
    key: id, id, label, kind, options: options.join('\n'), required, perHead: per === 'head',
  }))
}

/** The wire form. What was typed for a kind that it is not any more stays behind. */
export function questionsOf(drafts: QuestionDraft[]): Question[] {
  return drafts.map(({ id, label, kind, options, required, perHead }) => ({
    id,
    label: label.trim(),
    kind: kind as QuestionKind,
    options: kind === 'choice' ? options.split('\n').map((line) => line.trim()).filter(Boolean) : [],
    required,
    per: perHead ? 'head' : 'guest',
  }))
}

/** The list with the question at `from` moved by one; the same when it is at the end already. */
export function moved(drafts: QuestionDraft[], from: number, by: 1 | -1): QuestionDraft[] {
  const to = from + by
  if (to < 0 || to >= drafts.length) return drafts
  const list = [...drafts]
  const [one] = list.splice(from, 1)
  list.splice(to, 0, one!)
  return list
}
