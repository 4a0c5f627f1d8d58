// The shapes of the System page on the wire.

/** How it stands with guests' links if the box, or its keys, are lost. */
export interface RecoveryState {
  /** null when there is no recovery code. */
  code_made_at: string | null
  /** Link keys that are gone: links signed with them do not open. */
  lost: number
  /** Of those, how many the recovery code brings back. */
  recoverable: number
}
