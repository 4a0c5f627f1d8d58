import { defineAsyncComponent, ref } from 'vue'

/** The dialogs of the guest list, fetched when they are first opened. */
export function useDialogs() {
  return {
    AddGuest: defineAsyncComponent(() => import('./AddGuest.vue')),
    ImportGuests: defineAsyncComponent(() => import('./ImportGuests.vue')),
    BulkLinks: defineAsyncComponent(() => import('../invitation/BulkLinks.vue')),
    // The menu's positioning code is a third of what the first page would load.
    ListMenu: defineAsyncComponent(() => import('./ListMenu.vue')),
    TagGuests: defineAsyncComponent(() => import('./TagGuests.vue')),
    open: ref<'add' | 'import' | 'links' | 'tag' | 'untag' | null>(null),
  }
}
