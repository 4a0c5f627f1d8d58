import { describe, expect, it } from 'vitest'
import type { Collaborator } from '@/shared/api/team'
import type { Role } from '@/shared/api/types'
import { isLastOwner, sameAddress } from './team'

const member = (user_id: string, role: Role): Collaborator => ({ user_id, role, name: user_id, email: `${user_id}@example.org`, since: '2030-06-01T09:00:00.000Z' })

describe('isLastOwner', () => {
  const ana = member('ana', 'owner')
  const ben = member('ben', 'editor')

  it('knows the only owner', () => {
    expect(isLastOwner([ana, ben], ana)).toBe(true)
    expect(isLastOwner([ana, ben], ben)).toBe(false)
  })

  it('lets one of two go', () => {
    expect(isLastOwner([ana, member('zoe', 'owner')], ana)).toBe(false)
  })
})

it.each([
  ['Ana@Example.org', ' ana@example.org', true],
  ['ana@example.org', 'anna@example.org', false],
  ['İlk@example.org', 'i̇lk@example.org', false],
])('sameAddress(%s, %s) is %s', (a, b, same) => {
  expect(sameAddress(a, b)).toBe(same)
})
