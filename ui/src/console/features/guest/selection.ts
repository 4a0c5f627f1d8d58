import { computed, shallowRef } from 'vue'
import type { Guest } from '@/shared/api/types'

/** Which guests are chosen. It keeps them itself, so that a filter or a new page of the list takes nobody out. */
export function useSelection() {
  const chosen = shallowRef<ReadonlyMap<string, Guest>>(new Map())
  let anchor = ''

  function set(guests: Guest[], on: boolean) {
    const next = new Map(chosen.value)
    for (const guest of guests) {
      if (on) next.set(guest.id, guest)
      else next.delete(guest.id)
    }
    chosen.value = next
  }

  return {
    ids: computed(() => [...chosen.value.keys()]),
    /** As they were when they were chosen. */
    guests: computed(() => [...chosen.value.values()]),
    size: computed(() => chosen.value.size),
    has: (id: string) => chosen.value.has(id),
    /** Chooses one or leaves it out; a range goes on from here. */
    toggle(guest: Guest) {
      anchor = guest.id
      set([guest], !chosen.value.has(guest.id))
    },
    /** Chooses from the last one that was touched to this one, in the order of the rows. */
    extend(guest: Guest, rows: Guest[]) {
      const from = rows.findIndex(({ id }) => id === anchor)
      const to = rows.findIndex(({ id }) => id === guest.id)
      if (from < 0 || to < 0) {
        anchor = guest.id
        set([guest], true)
      } else set(rows.slice(Math.min(from, to), Math.max(from, to) + 1), true)
    },
    set,
    clear() {
      anchor = ''
      chosen.value = new Map()
    },
    /** Leaves out those who are on the list no more. */
    drop(gone: Iterable<string>) {
      const next = new Map(chosen.value)
      for (const id of gone) next.delete(id)
      if (next.size < chosen.value.size) chosen.value = next
    },
    /** Those of all guests there are; who was chosen and is none of them is dropped. */
    keep(all: Guest[]) {
      if (chosen.value.size > 0) chosen.value = new Map(all.filter(({ id }) => chosen.value.has(id)).map((guest) => [guest.id, guest]))
    },
  }
}

export type Selection = ReturnType<typeof useSelection>
