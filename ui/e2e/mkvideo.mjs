// Writes what a camera would see of a QR code, as the raw video that Chromium's fake camera plays in a loop.
import fs from 'node:fs'
import { encode } from 'uqr'

const width = 640
const height = 480
const framesPerSecond = 10
const grey = 110
const dark = 20
const light = 235
const neutral = 128

/**
 * Writes a Y4M of `blank` seconds without a code and then `shown` seconds with the code of `text`.
 * The code is as large as it fits.
 */
export function writeVideo(file, text, { blank, shown }) {
  const out = fs.openSync(file, 'w')
  fs.writeSync(out, `YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`)
  const repeat = (seconds, frame) => {
    for (let i = 0; i < seconds * framesPerSecond; i++) fs.writeSync(out, frame)
  }
  repeat(blank, frameOf(blankPicture()))
  repeat(shown, frameOf(pictureOf(text)))
  fs.closeSync(out)
}

function blankPicture() {
  return Buffer.alloc(width * height, grey)
}

function pictureOf(text) {
  const code = encode(text, { ecc: 'M', border: 4 })
  const module = Math.floor(height / code.size)
  const side = code.size * module
  const left = (width - side) >> 1
  const top = (height - side) >> 1
  const picture = blankPicture()
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const set = code.data[Math.floor(y / module)][Math.floor(x / module)]
      picture[(top + y) * width + left + x] = set ? dark : light
    }
  }
  return picture
}

function frameOf(picture) {
  return Buffer.concat([Buffer.from('FRAME\n'), picture, Buffer.alloc((width * height) / 2, neutral)])
}
