// Sound and vibration of each verdict. Both are silent until a tap has unlocked them.
import type { VerdictKind } from '../verdict'

interface Note {
  hertz: number
  /** Milliseconds from the start of the signal. */
  at: number
  lasts: number
  shape: OscillatorType
}

const notes: Record<VerdictKind, Note[]> = {
  'come-in': [{ hertz: 880, at: 0, lasts: 90, shape: 'sine' }],
  already: [
    { hertz: 523, at: 0, lasts: 110, shape: 'triangle' },
    { hertz: 523, at: 170, lasts: 110, shape: 'triangle' },
  ],
  stop: [{ hertz: 220, at: 0, lasts: 350, shape: 'sawtooth' }],
  unknown: [{ hertz: 330, at: 0, lasts: 40, shape: 'sine' }],
  waiting: [{ hertz: 330, at: 0, lasts: 40, shape: 'sine' }],
}

const pulses: Record<VerdictKind, number[]> = {
  'come-in': [60],
  already: [60, 60, 60],
  stop: [300],
  unknown: [30],
  waiting: [30],
}

let audio: AudioContext | undefined

/** Must run inside a tap: browsers keep sound and vibration locked before one. */
export function unlockFeedback(): void {
  if (typeof AudioContext === 'undefined') return
  audio ??= new AudioContext()
  void audio.resume()
}

/** Plays and vibrates the signal of a verdict. */
export function signal(kind: VerdictKind): void {
  if ('vibrate' in navigator) navigator.vibrate(pulses[kind])
  if (audio?.state === 'running') for (const note of notes[kind]) play(audio, note)
}

function play(context: AudioContext, note: Note): void {
  const start = context.currentTime + note.at / 1000
  const end = start + note.lasts / 1000
  const tone = context.createOscillator()
  const gain = context.createGain()
  tone.type = note.shape
  tone.frequency.value = note.hertz
  // A short ramp at both ends: a hard cut clicks.
  gain.gain.setValueAtTime(0, start)
  gain.gain.linearRampToValueAtTime(0.4, start + 0.008)
  gain.gain.setValueAtTime(0.4, end - 0.012)
  gain.gain.linearRampToValueAtTime(0, end)
  tone.connect(gain).connect(context.destination)
  tone.start(start)
  tone.stop(end)
}
