import '@/shared/tokens.css'
import '@/shared/base.css'
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import { ApiError } from '@/shared/api/client'
import { applyTheme } from '@/shared/theme'
import App from './App.vue'
import { checkReach, onReachable } from './reach'
import { createConsoleRouter } from './router'
import { onSignedOut } from './session'

applyTheme()

const router = createConsoleRouter()
const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A box on the LAN answers with no internet at all, so only a failed request counts as offline.
      networkMode: 'always',
      staleTime: 10_000,
      retry: (failures, error) => failures < 1 && error instanceof ApiError && (error.offline || error.status >= 500),
      retryDelay: 1000,
    },
  },
})

onSignedOut(() => {
  queryClient.clear()
  void router.push({ name: 'sign-in', query: { next: router.currentRoute.value.fullPath } })
})

// What failed, or was shown while the server was away, is asked for anew. The activity has a stream that catches up.
onReachable(() => void queryClient.invalidateQueries({ predicate: ({ meta, state }) => !meta?.streamed || state.data === undefined }))

// After an update of the server the old page's lazy chunks are gone: load the new page, once. While the server is out
// of reach there is no new page, so the old one stays and says so.
window.addEventListener('vite:preloadError', async () => {
  if (!(await checkReach()) || sessionStorage.getItem('reloaded') === location.pathname) return
  sessionStorage.setItem('reloaded', location.pathname)
  location.reload()
})

createApp(App).use(router).use(VueQueryPlugin, { queryClient }).mount('#app')
