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

/** How the box is. */
export interface SystemStatus {
  version: string
  started_at: string
  database: { state: 'ok' | 'damaged'; detail: string; bytes: number; wal_bytes: number; checked_at: string | null }
  disk: { state: 'ok' | 'low' | 'full'; free_bytes: number; total_bytes: number }
  clock: { state: 'synced' | 'unsynced' | 'jumped' }
  replica: { state: 'off' | 'ok' | 'behind'; detail: string; lag_seconds: number; synced_at: string | null }
  last_backup: { name: string; at: string; bytes: number } | null
  last_drill: Drill | null
  /** What is being done right now. */
  running: '' | SystemTask
}

/** A restore that was tried: of the replica or of a backup, beside the live data. */
export interface Drill {
  at: string
  source: 'replica' | 'backup'
  position: string
  ok: boolean
  /** One sentence. */
  result: string
  seconds: number
  bytes: number
}

export type SystemTask = 'backup' | 'drill'
