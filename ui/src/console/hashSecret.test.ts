import { afterEach, expect, it } from 'vitest'
import { effectScope, type Ref } from 'vue'
import { useHashSecret } from './hashSecret'

const scope = effectScope()

afterEach(() => scope.stop())

it('takes the secret out of the address, at first and when another link is pasted into the tab', () => {
  history.replaceState(null, '', '/setup#code=ABCD')
  const code = scope.run(() => useHashSecret('code')) as Ref<string>
  expect(code.value).toBe('ABCD')
  expect(location.hash).toBe('')

  history.replaceState(null, '', '/setup#code=EFGH')
  window.dispatchEvent(new Event('hashchange'))
  expect(code.value).toBe('EFGH')
  expect(location.hash).toBe('')
})
