import { onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue'
import { loadLens, saveLens } from '../store'
import { canDecode, type Decoder } from './decoder'
import { frameRegion } from './region'

/** `absent`: this page or phone has no live camera, which is no fault: the other ways take over. */
export type CameraState = 'absent' | 'starting' | 'live' | 'denied' | 'failed'

export interface Lens {
  id: string
  label: string
}

const frameGap = 1000 / 15

/** Whether a live picture is possible here: browsers hide the camera from plain http. */
export const canUseCamera = () => canDecode() && navigator.mediaDevices?.getUserMedia !== undefined

/**
 * Shows the rear camera in `video` while the scope lives and the page is in view, and hands every code it sees to
 * `onText`. `paused` keeps the picture but reads nothing.
 */
export function useCamera(
  video: Ref<HTMLVideoElement | null>,
  decoder: Decoder,
  paused: () => boolean,
  onText: (text: string) => void,
) {
  const state = ref<CameraState>(canUseCamera() ? 'starting' : 'absent')
  const lenses = shallowRef<Lens[]>([])
  const lens = ref('')
  const hasTorch = ref(false)
  const torch = ref(false)
  let stream: MediaStream | undefined
  // Counts starts and stops: what was begun under an older number is over.
  let run = 0

  async function start() {
    if (state.value === 'absent') return
    stop()
    const mine = run
    state.value = 'starting'
    try {
      const got = await openStream(lens.value || (await loadLens()))
      if (mine !== run || !video.value) return end(got)
      stream = got
      video.value.srcObject = got
      await video.value.play()
      await describe(got)
      if (mine !== run) return
      state.value = 'live'
      watchFrames(video.value, mine)
    } catch (error) {
      if (mine !== run) return
      stop()
      state.value = error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'failed'
    }
  }

  function stop() {
    run++
    if (stream) end(stream)
    stream = undefined
    torch.value = false
  }

  async function describe(got: MediaStream) {
    const track = got.getVideoTracks()[0]
    if (!track) return
    // A phone call or another app can take the camera away.
    track.addEventListener('ended', () => got === stream && void start())
    hasTorch.value = (track.getCapabilities?.() as { torch?: boolean } | undefined)?.torch === true
    lens.value = track.getSettings().deviceId ?? ''
    const devices = await navigator.mediaDevices.enumerateDevices()
    lenses.value = devices
      .filter((d) => d.kind === 'videoinput')
      .map((d, i) => ({ id: d.deviceId, label: d.label || `Camera ${i + 1}` }))
  }

  function watchFrames(element: HTMLVideoElement, mine: number) {
    let frame = 0
    let lastAt = 0
    let grabbing = false

    async function onFrame() {
      if (mine !== run) return
      next()
      const now = performance.now()
      if (grabbing || decoder.busy || paused() || now - lastAt < frameGap || element.videoWidth === 0) return
      lastAt = now
      grabbing = true
      const text = await readFrame(element, frame++, decoder).catch(() => null)
      grabbing = false
      if (text !== null && mine === run && !paused()) onText(text)
    }

    function next() {
      if ('requestVideoFrameCallback' in element) element.requestVideoFrameCallback(onFrame)
      else requestAnimationFrame(onFrame)
    }

    next()
  }

  async function chooseLens(id: string) {
    lens.value = id
    await saveLens(id)
    await start()
  }

  async function setTorch(on: boolean) {
    const track = stream?.getVideoTracks()[0]
    try {
      await track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] })
      torch.value = on
    } catch {
      hasTorch.value = false
    }
  }

  function onVisibility() {
    if (document.visibilityState === 'visible') void start()
    else stop()
  }

  watch(video, (element) => element && void start(), { immediate: true })
  document.addEventListener('visibilitychange', onVisibility)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onVisibility)
    stop()
  })

  return { state, lenses, lens, hasTorch, torch, start, chooseLens, setTorch }
}

async function openStream(lens: string): Promise<MediaStream> {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } }
  const rear = { ...size, facingMode: { ideal: 'environment' } }
  if (!lens) return navigator.mediaDevices.getUserMedia({ video: rear })
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { ...size, deviceId: { exact: lens } } })
  } catch (error) {
    // The remembered lens may be gone, or renamed by the browser.
    if (error instanceof DOMException && error.name === 'NotAllowedError') throw error
    return navigator.mediaDevices.getUserMedia({ video: rear })
  }
}

function end(stream: MediaStream) {
  for (const track of stream.getTracks()) track.stop()
}

async function readFrame(video: HTMLVideoElement, n: number, decoder: Decoder): Promise<string | null> {
  const r = frameRegion(n, video.videoWidth, video.videoHeight)
  const bitmap = await createImageBitmap(video, r.x, r.y, r.width, r.height)
  return decoder.decode({ bitmap, width: r.drawWidth, height: r.drawHeight })
}
