/** What a message may leave to be filled in. */
export const blanks = ['name', 'event', 'date', 'link'] as const
export type Filling = Record<(typeof blanks)[number], string>

/** WhatsApp's own address takes no more than some thousand bytes, and a letter may take nine of them. */
export const longestMessage = 1000

export const firstMessage = 'Hi {name}, you are invited to {event} on {date}.\n\nYour invitation, where you can answer: {link}'

const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/

/**
 * The message for one guest. What is filled in is never looked at for blanks again. Where both directions of writing meet,
 * a name keeps its own and leaves the words around it alone; a link stays bare, because a chat takes the marks for a part of it.
 */
export function fillIn(template: string, filling: Filling): string {
  const mixed = rightToLeft.test(template + filling.name + filling.event + filling.date)
  return template.replace(/\{(\w+)\}/g, (blank, key: string) => {
    const name = key.toLowerCase()
    if (!isBlank(name)) return blank
    return mixed && name !== 'link' ? `\u2068${filling[name]}\u2069` : filling[name]
  }).trim()
}

function isBlank(name: string): name is keyof Filling {
  return (blanks as readonly string[]).includes(name)
}

/** Why a message cannot be sent like this; undefined when it can. */
export function messageProblem(template: string): string | undefined {
  if (!/\{link\}/i.test(template)) return 'Put {link} where the guest’s own link is to stand.'
  if (template.length > longestMessage) return `Use at most ${longestMessage} characters: ${template.length - longestMessage} fewer.`
  const unknown = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).find((name) => !isBlank(name.toLowerCase()))
  if (unknown) return `{${unknown}} is not one that is filled in. Use ${blanks.map((name) => `{${name}}`).join(', ')}.`
  return undefined
}

/** Where a tap opens WhatsApp with the message written, to a number in E.164. */
export function whatsAppUrl(phone: string, message: string): string {
  // Half of an emoji, as cutting a text can leave it, cannot be encoded.
  return `https://wa.me/${phone.replace(/\D/g, '')}?text=${encodeURIComponent(message.replace(/\p{Surrogate}/gu, '\uFFFD'))}`
}

const households = ['the', 'family', 'familie', 'familia', 'famille']

/** How to greet: by the first word of a name, a household by all of it. As the guest's page does. */
export function greeting(name: string): string {
  const [first = ''] = name.split(' ')
  return households.includes(first.toLowerCase()) ? name : first
}
