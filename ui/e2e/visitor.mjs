// Guests and strangers who open links over HTTP, each with a browser, a network and cookies of their own.

const safari = 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1'

export const iPhone = {
  agent: `Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) ${safari}`,
  languages: 'pt-PT,pt;q=0.9', screen: '390x844@3', timezone: 'Europe/Lisbon', touch: true,
}
export const laptop = {
  agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
  languages: 'nl-NL,nl;q=0.9', screen: '1920x1200@1', timezone: 'Europe/Amsterdam', touch: false,
}
export const script = { agent: 'curl/8.5.0', languages: '', screen: '', timezone: '', touch: false }

/** Lets a server that `serve` starts believe what `ip` says of a visitor. */
export function trustLoopback() {
  process.env.DOORWARD_TRUSTED_PROXIES = '127.0.0.0/8'
}

/** One client at an address; `open(link)` fetches the page and then tells what its script would. */
export function visitor(device, ip) {
  let cookie = ''
  async function send(url, init) {
    const headers = { 'user-agent': device.agent, 'x-forwarded-for': ip, ...(device.languages && { 'accept-language': device.languages }), ...(cookie && { cookie }), ...init?.headers }
    const answer = await fetch(url, { ...init, headers })
    if (!answer.ok) throw new Error(`${url} → ${answer.status} ${await answer.text()}`)
    for (const set of answer.headers.getSetCookie()) cookie = set.split(';')[0]
  }
  return {
    async open(link) {
      await send(link)
      const body = {
        screen: device.screen, timezone: device.timezone, languages: device.languages.split(',', 1),
        webdriver: false, touch: device.touch, trusted_input: true,
      }
      await send(`${link}/open`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    },
  }
}
