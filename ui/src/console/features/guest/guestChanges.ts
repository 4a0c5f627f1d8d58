import { useQueryClient } from '@tanstack/vue-query'
import { onScopeDispose } from 'vue'
import type { Guest } from '@/shared/api/types'
import { api } from '../../session'
import { changeRows, replaced } from './guestList'
import { guestKeys, guestPath } from './guests'

const patchEvery = 500 // ms
const listEvery = 2000 // ms
const mostPatches = 20 // guests; beyond that the list is asked for anew

/**
 * Keeps the lists of an event as the guests are, by what the live stream tells: one who changed is fetched and changed in
 * place, and the list is loaded anew when somebody came onto it, left it or may stand elsewhere.
 */
export function useGuestChanges(eventId: string) {
  const queries = useQueryClient()
  const changed = new Set<string>()
  let patching = 0
  let reloading = 0

  function reload() {
    reloading ||= window.setTimeout(() => {
      reloading = 0
      void queries.invalidateQueries({ queryKey: guestKeys.lists(eventId) })
      void queries.invalidateQueries({ queryKey: guestKeys.counts(eventId) })
    }, listEvery)
  }

  async function patch() {
    patching = 0
    const ids = [...changed]
    changed.clear()
    // Where no list is shown there is nothing to change in place.
    const shown = queries.getQueryCache().findAll({ queryKey: guestKeys.lists(eventId), type: 'active' }).length > 0
    if (!shown || ids.length > mostPatches) return reload()
    void queries.invalidateQueries({ queryKey: guestKeys.counts(eventId) })
    for (const id of ids) {
      const guest = await api.get<Guest>(guestPath(eventId, id)).catch(() => null)
      if (!guest) return reload()
      changeRows(queries, eventId, (rows, filter) => {
        const next = replaced(rows, guest, filter)
        if (!next) reload()
        return next ?? rows
      })
    }
  }

  onScopeDispose(() => {
    clearTimeout(patching)
    clearTimeout(reloading)
  })

  return {
    /** The list itself changed. */
    reload,
    /** A guest did. */
    changed(id: string) {
      changed.add(id)
      patching ||= window.setTimeout(() => void patch(), patchEvery)
    },
  }
}
