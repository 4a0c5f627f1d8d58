import { onScopeDispose, ref, type Ref } from 'vue'

/**
 * The `#name=` part of the address, now and whenever a link with one is opened in this tab. It is a secret, so it is
 * taken out of the address at once, and with it out of the history.
 */
export function useHashSecret(name: string): Ref<string> {
  const secret = ref('')

  function take() {
    if (!location.hash) return
    secret.value = new URLSearchParams(location.hash.slice(1)).get(name) ?? secret.value
    history.replaceState(history.state, '', location.pathname)
  }

  take()
  window.addEventListener('hashchange', take)
  onScopeDispose(() => window.removeEventListener('hashchange', take))
  return secret
}
