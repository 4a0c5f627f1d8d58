import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { guard } from './guard'
import { restore, setupNeeded } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Shown to people who are not signed in, and to them alone. */
    public?: boolean
    /** Shown to everybody, signed in or not: what a mail links to, which is about an account that may be another. */
    anyone?: boolean
    title?: string
    /** Of an event, and needs the whole screen: the event's numbers and tabs are left out. */
    whole?: boolean
  }
}

const eventTabs: RouteRecordRaw[] = [
  { path: '', redirect: (to) => ({ name: 'guests', params: to.params }) },
  {
    path: 'guests',
    name: 'guests',
    component: () => import('./pages/event/GuestsTab.vue'),
    children: [{ path: ':guestId', name: 'guest', component: () => import('./features/guest/GuestSheet.vue'), props: true }],
  },
  { path: 'send', name: 'send', component: () => import('./pages/event/SendPage.vue'), meta: { whole: true } },
  { path: 'live', name: 'live', component: () => import('./pages/event/LiveTab.vue') },
  { path: 'door', name: 'door', component: () => import('./pages/event/DoorTab.vue') },
  { path: 'security', name: 'security', component: () => import('./pages/event/SecurityTab.vue') },
  { path: 'team', name: 'team', component: () => import('./pages/event/TeamTab.vue') },
  { path: 'settings', name: 'settings', component: () => import('./pages/event/SettingsTab.vue') },
]

const routes: RouteRecordRaw[] = [
  { path: '/login', name: 'sign-in', component: () => import('./pages/SignIn.vue'), meta: { public: true, title: 'Sign in' } },
  { path: '/setup', name: 'set-up', component: () => import('./pages/SetUp.vue'), meta: { public: true, title: 'Set up' } },
  { path: '/signup', name: 'sign-up', component: () => import('./pages/SignUp.vue'), meta: { public: true, title: 'Sign up' } },
  { path: '/verify', name: 'verify', component: () => import('./pages/VerifyEmail.vue'), meta: { anyone: true, title: 'Confirm your address' } },
  { path: '/forgot', name: 'forgot', component: () => import('./pages/ForgotPassword.vue'), meta: { anyone: true, title: 'Forgotten password' } },
  { path: '/reset', name: 'reset', component: () => import('./pages/ResetPassword.vue'), meta: { anyone: true, title: 'Set your password' } },
  { path: '/invite', name: 'invite', component: () => import('./pages/AcceptInvite.vue'), meta: { anyone: true, title: 'Your invitation' } },
  { path: '/app/unreachable', name: 'unreachable', component: () => import('./pages/Unreachable.vue'), meta: { title: 'Offline' } },
  { path: '/app', name: 'events', component: () => import('./pages/EventsPage.vue'), meta: { title: 'Events' } },
  { path: '/app/new', name: 'new-event', component: () => import('./pages/NewEvent.vue'), meta: { title: 'New event' } },
  { path: '/app/account', name: 'account', component: () => import('./pages/AccountPage.vue'), meta: { title: 'Account' } },
  { path: '/app/system', name: 'system', component: () => import('./pages/SystemPage.vue'), meta: { title: 'System' } },
  { path: '/app/about', name: 'about', component: () => import('./pages/About.vue'), meta: { title: 'About' } },
  { path: '/app/e/:eventId', component: () => import('./pages/event/EventPage.vue'), props: true, children: eventTabs },
  { path: '/app/e/:eventId/print/list', name: 'print-list', component: () => import('./pages/print/DoorList.vue'), props: true, meta: { title: 'Door list' } },
  { path: '/app/e/:eventId/print/cards', name: 'print-cards', component: () => import('./pages/print/QrCards.vue'), props: true, meta: { title: 'QR cards' } },
  { path: '/:rest(.*)*', name: 'not-found', component: () => import('./pages/NotFound.vue'), meta: { title: 'Not found' } },
]

export function createConsoleRouter() {
  const router = createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior(to, from, saved) {
      // The guest sheet lies over its list: opening and closing it keeps the place.
      const overList = [to.name, from.name].every((name) => name === 'guests' || name === 'guest')
      return overList ? false : saved ?? { top: 0 }
    },
  })
  router.beforeEach((to) => guard(to, { restore, setupNeeded }))
  router.afterEach((to) => {
    if (to.meta.title) document.title = `${to.meta.title} · Doorward`
  })
  return router
}
