// What the phone keeps between visits: its pairing, the scans without an answer, the chosen camera.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { CheckinItem, DoorEvent, Scope } from './wire'

/** A paired phone's credential and where it stands. */
export interface Device {
  token: string
  event: DoorEvent
  entrance: string
  scopes: Scope[]
}

/** A scan that the server has not answered, with the name to show where one is known. */
export interface PendingScan {
  item: CheckinItem
  name: string
}

interface Schema extends DBSchema {
  settings: { key: 'device' | 'lens'; value: Device | string }
  pending: { key: string; value: PendingScan }
}

let database: Promise<IDBPDatabase<Schema> | null> | undefined

/** Resolves to null where the browser keeps nothing (some private modes): the page then forgets when it closes. */
function open(): Promise<IDBPDatabase<Schema> | null> {
  database ??= openDB<Schema>('doorward', 1, {
    upgrade(db) {
      db.createObjectStore('settings')
      db.createObjectStore('pending')
    },
  }).catch(() => null)
  return database
}

/** Whether this browser remembers the pairing when the page is closed. */
export async function remembers(): Promise<boolean> {
  return (await open()) !== null
}

export async function loadDevice(): Promise<Device | null> {
  return ((await (await open())?.get('settings', 'device')) as Device | undefined) ?? null
}

export async function saveDevice(device: Device): Promise<void> {
  await (await open())?.put('settings', device, 'device')
}

/** Forgets the pairing and every scan that was made under it. */
export async function forgetDevice(): Promise<void> {
  const db = await open()
  await db?.delete('settings', 'device')
  await db?.clear('pending')
}

export async function loadLens(): Promise<string> {
  return ((await (await open())?.get('settings', 'lens')) as string | undefined) ?? ''
}

export async function saveLens(deviceId: string): Promise<void> {
  await (await open())?.put('settings', deviceId, 'lens')
}

/** Every kept scan, oldest first. */
export async function loadPending(): Promise<PendingScan[]> {
  const kept = (await (await open())?.getAll('pending')) ?? []
  return kept.sort((a, b) => a.item.at.localeCompare(b.item.at))
}

export async function keepPending(scan: PendingScan): Promise<void> {
  await (await open())?.put('pending', scan, scan.item.nonce)
}

export async function dropPending(nonces: string[]): Promise<void> {
  const db = await open()
  await Promise.all(nonces.map((nonce) => db?.delete('pending', nonce)))
}
