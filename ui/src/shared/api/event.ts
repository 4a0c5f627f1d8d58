/** What a copy of an event is to differ in. */
export interface DuplicateInput {
  name?: string
  /** Its end and its deadline move along. */
  starts_at?: string
  guests?: boolean
}

/** An event that its owner can bring back. */
export interface DeletedEvent {
  id: string
  name: string
  venue: string
  starts_at: string
  timezone: string
  guests: number
  deleted_at: string
  restore_until: string
}
