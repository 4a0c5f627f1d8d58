import { defineAsyncComponent, ref } from 'vue'

/** The dialogs of the guest list, fetched when they are first opened. */
export function useDialogs() {
  return {
    AddGuest: defineAsyncComponent(() => import('./AddGuest.vue')),
    ImportGuests: defineAsyncComponent(() => import('./ImportGuests.vue')),
    IssueLinks: defineAsyncComponent(() => import('./IssueLinks.vue')),
    TagGuests: defineAsyncComponent(() => import('./TagGuests.vue')),
    open: ref<'add' | 'import' | 'links' | 'tag' | 'untag' | null>(null),
  }
}
