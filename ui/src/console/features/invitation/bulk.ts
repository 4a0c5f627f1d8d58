import { computed, ref } from 'vue'
import type { LinkResult, SkippedReason } from '@/shared/api/invitation'
import type { Guest } from '@/shared/api/types'
import { plural } from '@/shared/format'
import { useSubmit } from '../../useSubmit'
import { allGuests } from '../guest/wholeList'
import { changeLinks, type Deed } from './invitation'

const atOnce = 200 // guests in a call: few enough for a bar that moves

/** Does one thing to many links, in parts. What a part that failed was for is asked again by `retry`. */
export function useBulk(eventId: string) {
  const deed = ref<Deed>('issue')
  const ids = ref<string[]>([])
  const results = ref(new Map<string, LinkResult>())
  const failed = computed(() => ids.value.filter((id) => !results.value.has(id)))

  const { busy, problem, run } = useSubmit(async () => {
    const left = failed.value
    for (let at = 0; at < left.length; at += atOnce) {
      const part = await changeLinks(eventId, deed.value, left.slice(at, at + atOnce))
      for (const result of part) results.value.set(result.guest_id, result)
    }
  })

  async function start(what: Deed, whom: string[]) {
    deed.value = what
    ids.value = whom
    results.value = new Map()
    await run()
  }

  // Somebody who was deleted meanwhile would refuse the part again and again.
  const retry = useSubmit(async () => {
    const there = new Set((await allGuests(eventId)).map(({ id }) => id))
    for (const id of failed.value) {
      if (!there.has(id)) results.value.set(id, { guest_id: id, url: null, skipped_reason: 'deleted' })
    }
    await run()
  })

  return {
    deed,
    ids,
    results,
    failed,
    busy: computed(() => busy.value || retry.busy.value),
    problem: computed(() => problem.value ?? retry.problem.value),
    start,
    retry: retry.run,
  }
}

/** Those for whom nothing was done, by why. */
export function skippedBy(results: Iterable<LinkResult>): Map<SkippedReason, string[]> {
  const groups = new Map<SkippedReason, string[]>()
  for (const { guest_id: id, skipped_reason: reason } of results) {
    if (reason) groups.set(reason, [...(groups.get(reason) ?? []), id])
  }
  return groups
}

/** What is about to happen, before it does. */
export function consequences(deed: Deed, guests: Guest[]): string[] {
  const live = guests.filter(({ invitation }) => invitation.state === 'issued').length
  const revoked = guests.filter(({ invitation }) => invitation.state === 'revoked').length
  const renewed = revoked > 0 ? [`${plural(revoked, 'guest')} whose link was revoked ${revoked === 1 ? 'gets' : 'get'} a new one, and can come in with it.`] : []
  const without = guests.length - live
  const unchanged = without > 0 ? [`${plural(without, 'guest')} of these ${without === 1 ? 'has' : 'have'} no link that works. Nothing changes for them.`] : []
  switch (deed) {
    case 'issue': return [
      ...(guests.length > revoked ? [`${plural(guests.length - revoked, 'guest')} ${guests.length - revoked === 1 ? 'gets a link, or keeps' : 'get a link, or keep'} the one there is.`] : []),
      ...renewed,
    ]
    case 'mail': {
      const silent = guests.filter(({ email }) => !email).length
      return [
        `${plural(guests.length - silent, 'guest')} ${guests.length - silent === 1 ? 'gets' : 'get'} a mail with a link of their own.`,
        ...(silent > 0 ? [`${plural(silent, 'guest')} ${silent === 1 ? 'has' : 'have'} no e-mail address. Send theirs by WhatsApp, or copy them.`] : []),
        ...renewed,
      ]
    }
    case 'rotate': return live === 0 ? unchanged : [
      `${plural(live, 'link')} ${live === 1 ? 'stops' : 'stop'} working at once, on the page and at the door. Whoever opens an old one is told to look for your newest message.`,
      'Nothing is sent by itself: you hand out the new ones.',
      ...unchanged,
    ]
    case 'revoke': return live === 0 ? unchanged : [
      `${plural(live, 'guest')} can no longer open the invitation, answer it, or come in with it.`,
      'Answers that were given stay. New links can be issued at any time.',
      ...unchanged,
    ]
  }
}

/** Why nothing was done, as the rest of "3 guests …", and what to do. */
export const reasons: Record<SkippedReason, { one: string; many: string; hint: string }> = {
  no_email: { one: 'has no e-mail address', many: 'have no e-mail address', hint: 'Send the link by WhatsApp, or copy it.' },
  just_sent: { one: 'was mailed this link a moment ago', many: 'were mailed this link a moment ago', hint: 'It is on its way. Mail it again in ten minutes if it does not arrive.' },
  no_link: { one: 'has no link yet', many: 'have no link yet', hint: 'Issue links for them.' },
  revoked: { one: 'had the link revoked before', many: 'had their links revoked before', hint: 'Select them and issue new links if they may come after all.' },
  deleted: { one: 'is no longer on the list', many: 'are no longer on the list', hint: 'Somebody deleted them meanwhile.' },
}
