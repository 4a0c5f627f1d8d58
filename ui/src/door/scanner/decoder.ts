import workerUrl from './decode.worker?worker&url'
import type { DecodeReply, DecodeRequest } from './decode.worker'

/** A worker that is silent for this long has died and is replaced; a big photo on a slow phone takes seconds. */
const patience = 15_000

declare global {
  interface Window {
    trustedTypes?: {
      createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): {
        createScriptURL(url: string): string
      }
    }
  }
}

// Under a policy that requires trusted types a worker's address must come out of one; ours is a constant of the build.
const trusted = window.trustedTypes?.createPolicy('doorward-worker', { createScriptURL: (url) => url })

/** Whether this browser can read codes from pictures at all. */
export const canDecode = () => typeof OffscreenCanvas !== 'undefined' && typeof createImageBitmap !== 'undefined'

/** Decoder reads one picture at a time in a worker. */
export class Decoder {
  private worker: Worker | undefined
  private nextId = 0
  private waiting = new Map<number, (text: string | null) => void>()

  /** Loads the worker and its wasm, so that the first real picture does not wait for them. */
  warmUp(): void {
    this.worker ??= this.start()
  }

  /** While busy, a new frame is dropped rather than queued: it would be old when its turn came. */
  get busy(): boolean {
    return this.waiting.size > 0
  }

  /** The text of the code in a picture, or null when there is none. A bitmap is consumed. */
  decode(picture: DecodeRequest['picture']): Promise<string | null> {
    const worker = (this.worker ??= this.start())
    const id = this.nextId++
    const transfer = picture instanceof Blob ? [] : [picture.bitmap]
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.stop(), patience)
      this.waiting.set(id, (text) => {
        clearTimeout(timer)
        this.waiting.delete(id)
        resolve(text)
      })
      worker.postMessage({ id, picture } satisfies DecodeRequest, transfer)
    })
  }

  /** Ends the worker; whatever it was reading is answered with null. The next picture starts a new one. */
  stop(): void {
    this.worker?.terminate()
    this.worker = undefined
    for (const answer of [...this.waiting.values()]) answer(null)
  }

  private start(): Worker {
    const url = trusted ? trusted.createScriptURL(workerUrl) : workerUrl
    const worker = new Worker(url, { type: 'module' })
    worker.addEventListener('message', ({ data }: MessageEvent<DecodeReply>) => this.waiting.get(data.id)?.(data.text))
    worker.addEventListener('error', () => this.stop())
    return worker
  }
}
