import type { SystemStatus, SystemTask } from '@/shared/api/system'
import { ago, bytes, dateTime, plural } from '@/shared/format'

export type Tone = 'good' | 'due' | 'bad' | 'plain'

/** One line of the System page: what it is about, how it stands, and what to know or do. */
export interface HealthRow {
  id: string
  name: string
  tone: Tone
  value: string
  detail: string
  /** What somebody can begin here. */
  task?: SystemTask
}

/** How old the newest drill or backup may be; they are made every night. */
const fresh = 36 * 3_600_000

/** Turns the status into lines, at the time `now` in ms. */
export function healthRows(status: SystemStatus, now: number): HealthRow[] {
  return [drill(status, now), backup(status, now), replica(status, now), database(status), disk(status), clock(status), program(status)]
}

function drill({ last_drill: last }: SystemStatus, now: number): HealthRow {
  const row = { id: 'drill', name: 'Restore drill', task: 'drill' as const }
  if (!last) return { ...row, tone: 'due', value: 'None yet', detail: 'A copy is believed when it was restored once. This happens every night.' }
  const from = `from the ${last.source}`
  if (!last.ok) return { ...row, tone: 'bad', value: `Failed ${ago(last.at, now)}, ${from}`, detail: last.result }
  const old = now - Date.parse(last.at) > fresh
  return { ...row, tone: old ? 'due' : 'good', value: `Passed ${ago(last.at, now)}, ${from}`, detail: old ? `${last.result} It is too long ago.` : last.result }
}

function backup({ last_backup: last }: SystemStatus, now: number): HealthRow {
  const row = { id: 'backup', name: 'Backup', task: 'backup' as const }
  if (!last) return { ...row, tone: 'due', value: 'None yet', detail: 'One is made every night.' }
  const old = now - Date.parse(last.at) > fresh
  return { ...row, tone: old ? 'due' : 'good', value: `Made ${ago(last.at, now)}, ${bytes(last.bytes)}`, detail: old ? `It is too long ago. ${last.name}` : last.name }
}

function replica({ replica: r }: SystemStatus, now: number): HealthRow {
  const row = { id: 'replica', name: 'Replica' }
  const since = r.synced_at ? `Complete as of ${ago(r.synced_at, now)}` : 'Never complete so far'
  switch (r.state) {
    case 'off': return { ...row, tone: 'plain', value: 'Off', detail: 'A lost disk takes with it what came after the last backup. A litestream.yml turns replication on.' }
    case 'ok': return { ...row, tone: 'good', value: r.lag_seconds < 1 ? 'Up to date' : `${duration(r.lag_seconds)} behind`, detail: r.detail || since }
    case 'behind': return { ...row, tone: 'bad', value: r.lag_seconds < 1 ? 'Behind' : `${duration(r.lag_seconds)} behind`, detail: [since, r.detail].filter(Boolean).join('. ') }
  }
}

function duration(seconds: number): string {
  if (seconds < 100) return plural(Math.round(seconds), 'second')
  return seconds < 6000 ? plural(Math.round(seconds / 60), 'minute') : plural(Math.round(seconds / 3600), 'hour')
}

function database({ database: d }: SystemStatus): HealthRow {
  const checked = d.checked_at ? `checked ${dateTime(d.checked_at)}` : 'not checked yet'
  if (d.state === 'damaged') return { id: 'database', name: 'Database', tone: 'bad', value: 'Damaged', detail: d.detail }
  return { id: 'database', name: 'Database', tone: 'good', value: bytes(d.bytes), detail: `Whole, ${checked}` }
}

function disk({ disk: d }: SystemStatus): HealthRow {
  const row = { id: 'disk', name: 'Disk', value: `${bytes(d.free_bytes)} free of ${bytes(d.total_bytes)}` }
  switch (d.state) {
    case 'ok': return { ...row, tone: 'good', detail: '' }
    case 'low': return { ...row, tone: 'due', detail: 'Make room before the next event.' }
    case 'full': return { ...row, tone: 'bad', detail: 'Nothing more is taken until there is room. What was answered is safe.' }
  }
}

function clock({ clock: c }: SystemStatus): HealthRow {
  const row = { id: 'clock', name: 'Clock' }
  switch (c.state) {
    case 'synced': return { ...row, tone: 'good', value: 'Set by the network', detail: '' }
    case 'unsynced': return { ...row, tone: 'due', value: 'Not set by the network', detail: 'It may be wrong. Connect the box to the internet for a few minutes.' }
    case 'jumped': return { ...row, tone: 'bad', value: 'Jumped', detail: 'Doorward goes on by its own time. Connect the box to the internet; if its new time is right, restart Doorward.' }
  }
}

function program(status: SystemStatus): HealthRow {
  return { id: 'program', name: 'Doorward', tone: 'plain', value: status.version, detail: `Runs since ${dateTime(status.started_at)}` }
}
