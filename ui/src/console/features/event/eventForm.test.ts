import { describe, expect, it } from 'vitest'
import { capacityWarning, deadlineWarning, draftProblems, emptyDraft, type EventDraft } from './eventForm'

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

describe('draftProblems', () => {
  const draft = (more: Partial<EventDraft>) => ({ ...emptyDraft(), name: 'Party', timezone: 'Europe/Berlin', starts: '2026-03-28T21:00', ...more })

  it('wants an end after the start, and a deadline before the end', () => {
    expect(draftProblems(draft({ ends: '2026-03-28T21:00' })).ends_at).toContain('as it starts')
    expect(draftProblems(draft({ ends: '2026-03-28T20:59' })).ends_at).toContain('before')
    expect(draftProblems(draft({ ends: '2026-03-29T01:00', deadline: '2026-03-29T01:01' })).rsvp_deadline).toContain('over')
    expect(draftProblems(draft({ ends: '2026-03-29T01:00', deadline: '2026-03-29T01:00' }))).toEqual({})
  })

  it('knows the hour that clocks skip, and the one that comes twice', () => {
    expect(draftProblems(draft({ ends: '2026-03-29T02:30' })).ends_at).toContain('Use 03:30')
    expect(draftProblems(draft({ starts: '2026-03-29T02:00' })).starts_at).toContain('no such time')
    expect(draftProblems(draft({ starts: '2026-10-25T02:30', ends: '2026-10-25T04:00' }))).toEqual({})
    expect(draftProblems(draft({ ends: '2026-03-29T02:30', timezone: 'Africa/Lagos' }))).toEqual({})
  })
})

describe('capacityWarning', () => {
  it('warns of a room that is too small for those who come', () => {
    expect(capacityWarning({ ...emptyDraft(), capacity: '9' }, 10)).toContain('10 people are expected')
    expect(capacityWarning({ ...emptyDraft(), capacity: '10' }, 10)).toBeUndefined()
    expect(capacityWarning({ ...emptyDraft(), capacity: '' }, 10)).toBeUndefined()
  })
})
