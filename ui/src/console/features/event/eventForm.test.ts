import { describe, expect, it } from 'vitest'
import { deadlineWarning, emptyDraft } from './eventForm'

describe('deadlineWarning', () => {
  const draft = (starts: string, deadline: string) => ({ ...emptyDraft(), starts, deadline })

  it('warns of a deadline after the start', () => {
    expect(deadlineWarning(draft('2026-06-12T21:00', '2026-06-12T21:01'))).toContain('after the event starts')
  })

  it('is silent about one before it, or none', () => {
    expect(deadlineWarning(draft('2026-06-12T21:00', '2026-06-12T21:00'))).toBeUndefined()
    expect(deadlineWarning(draft('2026-06-12T21:00', ''))).toBeUndefined()
    expect(deadlineWarning(draft('', '2026-06-12T21:00'))).toBeUndefined()
  })
})
