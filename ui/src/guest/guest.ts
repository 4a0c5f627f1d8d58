import './guest.css'

const main = document.querySelector<HTMLElement>('[data-open]')
let touched = false

for (const kind of ['pointerdown', 'keydown'] as const) {
  addEventListener(kind, (event) => (touched ||= event.isTrusted), { passive: true })
}

/** Tells the server that a person sees the page; only this counts as opening the invitation, never the GET. */
async function reportOpen(path: string) {
  const answer = await fetch(path, {
    method: 'POST',
    keepalive: true,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      screen: `${screen.width}x${screen.height}@${devicePixelRatio}`,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      languages: navigator.languages,
      webdriver: navigator.webdriver === true,
      touch: navigator.maxTouchPoints > 0,
      trusted_input: touched,
    }),
  })
  const { action } = await answer.json()
  if (action === 'blocked') showBlocked()
}

function showBlocked() {
  document.querySelector('[data-answer]')?.remove()
  document.querySelector('[data-blocked]')?.removeAttribute('hidden')
}

/** Puts a minus and a plus around a number field, which stays what the form sends. */
function enhanceStepper(box: HTMLElement) {
  const input = box.querySelector('input')!
  const step = (by: 1 | -1, label: string, sign: string) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.ariaLabel = label
    button.textContent = sign
    button.addEventListener('click', () => {
      if (by > 0) input.stepUp()
      else input.stepDown()
      input.dispatchEvent(new Event('input'))
    })
    return button
  }
  box.prepend(step(-1, 'One fewer', '−'))
  box.append(step(1, 'One more', '+'))
}

/** Asks for as many people as the number field says, and sends no more; without this script all fields are there. */
function enhanceCompanions(details: HTMLDetailsElement) {
  const input = document.querySelector<HTMLInputElement>('#plus-ones')!
  const people = details.querySelectorAll('fieldset[data-person]') as NodeListOf<HTMLFieldSetElement>
  const show = () => {
    people.forEach((person, i) => (person.hidden = person.disabled = i >= input.valueAsNumber))
    details.hidden = !(input.valueAsNumber > 0)
    details.open ||= !details.hidden
  }
  input.addEventListener('input', show)
  show()
}

/** A tap fills the screen with the code; without this script the same link opens the picture alone. */
function enhanceCode(link: HTMLElement) {
  link.addEventListener('click', (event) => {
    event.preventDefault()
    const dialog = document.createElement('dialog')
    const close = document.createElement('button')
    dialog.className = 'code'
    close.textContent = 'Close'
    dialog.append(link.firstElementChild!.cloneNode(true), close)
    dialog.addEventListener('click', () => dialog.close())
    dialog.addEventListener('close', () => dialog.remove())
    document.body.append(dialog)
    dialog.showModal()
  })
}

document.querySelectorAll<HTMLElement>('[data-stepper]').forEach(enhanceStepper)
document.querySelectorAll<HTMLDetailsElement>('[data-companions]').forEach(enhanceCompanions)
document.querySelectorAll<HTMLElement>('[data-qr]').forEach(enhanceCode)

/** After the first paint, and not while the browser only draws the page ahead of a tap that may never come. */
function whenSeen(then: () => void) {
  if ('prerendering' in document && document.prerendering) {
    document.addEventListener('prerenderingchange', () => whenSeen(then), { once: true })
  } else {
    requestAnimationFrame(() => setTimeout(then))
  }
}

// An unanswered report changes nothing for the guest: the page goes on as it is.
if (main) whenSeen(() => reportOpen(main.dataset.open!).catch(() => {}))
