import { toast } from './toast'

/** Copies a field's text. Over plain http there is no clipboard: then the text is left selected. */
export async function copyFrom(field: HTMLInputElement | HTMLTextAreaElement): Promise<boolean> {
  field.focus()
  field.select()
  try {
    await navigator.clipboard.writeText(field.value)
    toast('Copied')
    return true
  } catch {
    toast('The text is selected. Copy it with your keyboard, or press and hold it.')
    return false
  }
}
