import { onScopeDispose, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { filterOf, queryOf, type GuestFilter } from './guestFilter'

const writeAfter = 250 // ms; a browser refuses an address that changes with every key

/** The filter of the guest list. It holds at once; the address follows, so that a reload and the way back keep it. */
export function useGuestFilter() {
  const route = useRoute()
  const router = useRouter()
  const filter = ref<GuestFilter>(filterOf(route.query))
  let timer = 0

  /** Brings the address up to the filter now. Whoever goes on from here waits for it, or the old filter goes with them. */
  async function write() {
    if (!timer) return
    clearTimeout(timer)
    timer = 0
    await router.replace({ query: queryOf(filter.value) })
  }

  function set(change: Partial<GuestFilter>) {
    const next = { ...filter.value, ...change }
    if (same(next, filter.value)) return
    filter.value = next
    clearTimeout(timer)
    timer = window.setTimeout(write, writeAfter)
  }

  // Back and forward.
  watch(() => route.query, (query) => {
    const next = filterOf(query)
    if (!timer && !same(next, filter.value)) filter.value = next
  })
  onScopeDispose(() => clearTimeout(timer))

  return { filter, set, write }
}

function same(a: GuestFilter, b: GuestFilter): boolean {
  return a.q === b.q && a.status === b.status && a.band === b.band && a.tag === b.tag
}
