import { defineAsyncComponent, ref, type Component } from 'vue'
import { toast } from '@/ui/toast'

/** The dialogs of the guest list, fetched when they are first opened. */
export function useDialogs() {
  const open = ref<'add' | 'import' | 'links' | 'tag' | 'untag' | null>(null)

  /** A dialog that cannot be fetched says so, and is asked for again by the next click. */
  function dialog<C extends Component>(load: () => Promise<{ default: C }>) {
    return defineAsyncComponent(() => load().catch((error: unknown) => {
      open.value = null
      toast('This part of the page could not be loaded. Check the network and try again.', { tone: 'error' })
      throw error
    }))
  }

  return {
    AddGuest: dialog(() => import('./AddGuest.vue')),
    ImportGuests: dialog(() => import('./ImportGuests.vue')),
    BulkLinks: dialog(() => import('../invitation/BulkLinks.vue')),
    // The menu's positioning code is a third of what the first page would load.
    ListMenu: defineAsyncComponent(() => import('./ListMenu.vue')),
    TagGuests: dialog(() => import('./TagGuests.vue')),
    open,
  }
}
