import { beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '@/shared/api/client'
import type { Guest } from '@/shared/api/types'
import { allGuests } from '../guest/wholeList'
import { consequences, skippedBy, useBulk } from './bulk'
import { changeLinks } from './invitation'

vi.mock('../guest/wholeList', () => ({ allGuests: vi.fn() }))
vi.mock('./invitation', () => ({ changeLinks: vi.fn() }))

const ids = Array.from({ length: 450 }, (_, i) => `gst_${i}`)
const done = (some: string[]) => some.map((id) => ({ guest_id: id, url: `http://party/i/${id}`, skipped_reason: null }))

beforeEach(() => {
  vi.mocked(changeLinks).mockReset()
})

test('what failed is asked for again, without those who were deleted meanwhile', async () => {
  const bulk = useBulk('evt')
  vi.mocked(changeLinks)
    .mockImplementationOnce(async (_, __, some) => done(some))
    .mockRejectedValueOnce(new ApiError(404, 'not_found', 'There is no such guest.'))
  await bulk.start('rotate', ids)
  expect([bulk.results.value.size, bulk.failed.value.length, bulk.problem.value?.status]).toEqual([200, 250, 404])
  expect(changeLinks).toHaveBeenCalledTimes(2)

  vi.mocked(allGuests).mockResolvedValue(ids.filter((id) => id !== 'gst_300').map((id) => ({ id }) as Guest))
  vi.mocked(changeLinks).mockImplementation(async (_, __, some) => done(some))
  await bulk.retry()
  const again = vi.mocked(changeLinks).mock.calls.slice(2).flatMap(([, , some]) => some)
  expect(again).toEqual(ids.slice(200).filter((id) => id !== 'gst_300'))
  expect([bulk.failed.value, bulk.problem.value]).toEqual([[], null])
  expect([...skippedBy(bulk.results.value.values())]).toEqual([['deleted', ['gst_300']]])
})

test('what follows is said with numbers before it is done', () => {
  const guest = (state: string, email = '') => ({ email, invitation: { state } }) as Guest
  const guests = [guest('issued', 'ana@example.org'), guest('issued'), guest('none'), guest('revoked')]
  expect(consequences('rotate', guests)[0]).toMatch(/^2 links stop working at once/)
  expect(consequences('rotate', guests).at(-1)).toMatch(/^2 guests of these have no link/)
  expect(consequences('revoke', guests.slice(0, 1))).toEqual([expect.stringMatching(/^1 guest can no longer/), expect.any(String)])
  expect(consequences('rotate', guests.slice(2))).toEqual([expect.stringMatching(/^2 guests of these have no link/)])
  expect(consequences('mail', guests)).toEqual([
    '1 guest gets a mail with a link of their own.',
    expect.stringMatching(/^3 guests have no e-mail/),
    '1 guest whose link was revoked gets a new one, and can come in with it.',
  ])
  expect(consequences('issue', guests)).toEqual([
    '3 guests get a link, or keep the one there is.',
    '1 guest whose link was revoked gets a new one, and can come in with it.',
  ])
})
