import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import TagsInput from './TagsInput.vue'

function tagsInput(modelValue: string[], suggestions: string[] = []) {
  const wrapper = mount(TagsInput, {
    props: { modelValue, suggestions, 'onUpdate:modelValue': (value: string[]) => wrapper.setProps({ modelValue: value }) },
    attachTo: document.body,
  })
  const input = wrapper.get('input')
  return {
    input,
    wrapper,
    tags: () => wrapper.props('modelValue'),
    offered: () => wrapper.findAll('[data-test="tag-offered"]').map((button) => button.text()),
    async press(key: string) {
      const event = new KeyboardEvent('keydown', { key, cancelable: true, bubbles: true })
      input.element.dispatchEvent(event)
      await wrapper.vm.$nextTick()
      return event
    },
  }
}

test('Enter, a comma and leaving the field each end a tag', async () => {
  const { input, press, tags } = tagsInput(['vip'])
  await input.setValue('  old   friends ')
  expect((await press('Enter')).defaultPrevented).toBe(true)
  await input.setValue('family,')
  await input.setValue('choir')
  await input.trigger('blur')
  expect(tags()).toEqual(['vip', 'old friends', 'family', 'choir'])
})

test('several that are pasted are several, and none comes twice', async () => {
  const { input, tags } = tagsInput(['vip'])
  await input.setValue('vip; family,choir')
  expect(tags()).toEqual(['vip', 'family', 'choir'])
})

test('with nothing typed Enter is the form’s', async () => {
  const { press } = tagsInput(['vip'])
  expect((await press('Enter')).defaultPrevented).toBe(false)
})

test('Backspace takes the last off once nothing is typed', async () => {
  const { input, press, tags } = tagsInput(['vip', 'family'])
  await input.setValue('ch')
  await press('Backspace')
  expect(tags()).toEqual(['vip', 'family'])
  await input.setValue('')
  await press('Backspace')
  expect(tags()).toEqual(['vip'])
})

test('tags of others are offered as far as they begin so, and not twice', async () => {
  const { input, wrapper, offered, tags } = tagsInput(['vip'], ['family', 'vip', 'friends'])
  expect(offered()).toEqual(['family', 'friends'])
  await input.setValue('FR')
  expect(offered()).toEqual(['friends'])
  await wrapper.get('[data-test="tag-offered"]').trigger('click')
  expect(tags()).toEqual(['vip', 'friends'])
  expect(document.activeElement).toBe(input.element)
})

test('a tag is taken off by its button, which says which', async () => {
  const { wrapper, tags } = tagsInput(['vip', 'family'])
  await wrapper.get('[aria-label="Take off vip"]').trigger('click')
  expect(tags()).toEqual(['family'])
})
