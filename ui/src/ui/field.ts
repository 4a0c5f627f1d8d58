import { inject, provide, reactive, type InjectionKey } from 'vue'

/** What a Field tells the control inside it. */
export interface FieldContext {
  id: string
  describedBy: string | undefined
  invalid: boolean
}

const key: InjectionKey<FieldContext> = Symbol('field')

export function provideField(context: () => FieldContext) {
  provide(key, reactive({
    get id() { return context().id },
    get describedBy() { return context().describedBy },
    get invalid() { return context().invalid },
  }))
}

/** Null outside of a Field: the control then needs its own aria-label. */
export function useField(): FieldContext | null {
  return inject(key, null)
}
