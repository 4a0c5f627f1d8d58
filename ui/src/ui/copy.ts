import { toast } from './toast'

/** Copies a field's text. Where the browser lets no script copy, the text is left selected. */
export async function copyFrom(field: HTMLInputElement | HTMLTextAreaElement): Promise<boolean> {
  field.focus()
  field.select()
  const copied = await viaClipboard(field.value) || viaSelection()
  toast(copied ? 'Copied' : 'The text is selected. Copy it with your keyboard, or press and hold it.')
  return copied
}

async function viaClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

/** The old way is the only one over plain http, where there is no clipboard. */
function viaSelection(): boolean {
  try {
    return document.execCommand('copy')
  } catch {
    return false
  }
}
