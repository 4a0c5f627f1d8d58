import { flushPromises, mount } from '@vue/test-utils'
import { expect, test, vi } from 'vitest'
import PhoneInput from './PhoneInput.vue'

async function phoneInput(modelValue: string, defaultCountry = 'PT') {
  const input = mount(PhoneInput, { props: { label: 'Phone', defaultCountry, modelValue } })
  await vi.waitUntil(() => !input.get('select').attributes('disabled') && input.findAll('option').length > 1)
  const number = input.get('input')
  return {
    input,
    number,
    /** Types or pastes, and answers what the form has now. */
    async enter(value: string, inputType = 'insertText') {
      number.element.value = value
      number.element.dispatchEvent(new InputEvent('input', { inputType }))
      await flushPromises()
      return input.emitted<[string]>('update:modelValue')?.at(-1)?.[0]
    },
    shown: () => [input.get('select').element.value, number.element.value],
    words: () => input.get('p').text(),
  }
}

test('a national number is shown as E.164 while it is typed', async () => {
  const { enter, words, shown } = await phoneInput('')
  expect(await enter('912 000 001')).toBe('+351912000001')
  expect(words()).toBe('Saved as +351912000001')
  expect(shown()).toEqual(['PT', '912 000 001'])
})

test.each(['+44 7400 123456', '0044 7400 123456'])('pasting %s switches the country', async (pasted) => {
  const { enter, shown } = await phoneInput('')
  expect(await enter(pasted, 'insertFromPaste')).toBe('+447400123456')
  expect(shown()).toEqual(['GB', '07400 123456'])
})

test('a full number that is typed is left alone until the field is left', async () => {
  const { enter, number, shown } = await phoneInput('')
  await enter('+49 30 901820')
  expect(shown()).toEqual(['DE', '+49 30 901820'])
  await number.trigger('change')
  expect(shown()).toEqual(['DE', '030 901820'])
})

test('another country reads the same digits anew', async () => {
  const { input, enter, words } = await phoneInput('')
  await enter('030 901820')
  await input.get('select').setValue('DE')
  expect(input.emitted('update:modelValue')?.at(-1)).toEqual(['+4930901820'])
  expect(words()).toBe('Saved as +4930901820')
})

test('a stored number is split into its country and the rest', async () => {
  const { input, shown } = await phoneInput('+4930901820')
  expect(shown()).toEqual(['DE', '030 901820'])
  await input.setProps({ modelValue: '+351912000001' })
  expect(shown()).toEqual(['PT', '912 000 001'])
  expect(input.emitted('update:modelValue')).toBeUndefined()
})

test('what is wrong is said when the field is left, and tied to it', async () => {
  const { input, number, enter, words } = await phoneInput('')
  await enter('912')
  expect(input.find('[role=alert]').exists()).toBe(false)
  await number.trigger('change')
  expect(words()).toContain('Too short for a phone number in Portugal')
  expect(number.attributes('aria-invalid')).toBe('true')
  expect(number.attributes('aria-describedby')).toBe(input.get('[role=alert]').attributes('id'))
  await enter('912 000 001')
  expect(input.find('[role=alert]').exists()).toBe(false)
})

test('emptied is no number and no mistake', async () => {
  const { input, number, enter } = await phoneInput('+351912000001')
  expect(await enter('')).toBe('')
  await number.trigger('change')
  expect(input.find('[role=alert]').exists()).toBe(false)
})

test('the server has the last word, until the number is another', async () => {
  const { input, enter, words } = await phoneInput('+351912000001')
  await input.setProps({ error: 'Write the number with its country code.' })
  expect(words()).toBe('Write the number with its country code.')
  await input.setProps({ modelValue: await enter('912 000 002') })
  expect(words()).toBe('Saved as +351912000002')
})

test('without a country one is asked for', async () => {
  const { enter, number, words } = await phoneInput('', '')
  expect(await enter('912 000 001')).toBe('912 000 001')
  await number.trigger('change')
  expect(words()).toBe('Choose the country, or begin with + and the country code.')
})
