import { onScopeDispose, readonly, ref } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'

/**
 * Keeps what was typed from being lost unasked: on the way to another page, on closing the tab, and wherever
 * `mayLeave` is waited for. UnsavedChanges.vue asks while `asking`, and hands the answer to `settle`.
 */
export function useUnsaved(dirty: () => boolean) {
  const asking = ref(false)
  let settle: (leave: boolean) => void = () => {}

  function mayLeave(): Promise<boolean> {
    if (!dirty()) return Promise.resolve(true)
    settle(false)
    asking.value = true
    return new Promise((resolve) => {
      settle = (leave) => {
        asking.value = false
        resolve(leave)
      }
    })
  }

  function warn(event: BeforeUnloadEvent) {
    if (dirty()) event.preventDefault()
  }

  onBeforeRouteLeave(mayLeave)
  addEventListener('beforeunload', warn)
  onScopeDispose(() => removeEventListener('beforeunload', warn))

  return { asking: readonly(asking), mayLeave, settle: (leave: boolean) => settle(leave) }
}
