// Changes of many links, on the wire.

/** Why a guest's link was left as it is, or was not mailed. */
export type SkippedReason = 'no_email' | 'just_sent' | 'no_link' | 'revoked' | 'deleted'

/** What a call for many guests came to for one of them. */
export interface LinkResult {
  guest_id: string
  /** Of the link that works now; null where there is none. */
  url: string | null
  skipped_reason: SkippedReason | null
}
