import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { ApiError } from '@/shared/api/client'
import { useSubmit } from './useSubmit'

const tooMany = new ApiError(429, 'too_many', 'That was a lot at once. Try again in 42 seconds.', [], 42)
const locked = new ApiError(423, 'account_locked', 'This address is locked.')

describe('useSubmit', () => {
  beforeEach(() => { vi.useFakeTimers() })
  afterEach(() => { vi.useRealTimers() })

  function submitting(...answers: (ApiError | null)[]) {
    const task = vi.fn(async () => {
      const answer = answers.shift()
      if (answer) throw answer
    })
    const scope = effectScope()
    return { task, scope, ...scope.run(() => useSubmit(task))! }
  }

  it('counts down what the server said, sends nothing meanwhile, and then does again', async () => {
    const { task, run, wait, problem } = submitting(tooMany, null)
    await run()
    expect([wait.value, problem.value]).toEqual([42, tooMany])
    await vi.advanceTimersByTimeAsync(41_000)
    expect(wait.value).toBe(1)
    await run()
    expect(task).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(wait.value).toBe(0)
    await run()
    expect(task).toHaveBeenCalledTimes(2)
    expect([wait.value, problem.value]).toEqual([0, null])
  })

  it('waits for nothing where waiting does not help', async () => {
    const { task, run, wait } = submitting(locked, locked)
    await run()
    expect(wait.value).toBe(0)
    await run()
    expect(task).toHaveBeenCalledTimes(2)
  })

  it('leaves no timer behind', async () => {
    const { run, scope } = submitting(tooMany)
    await run()
    scope.stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})
