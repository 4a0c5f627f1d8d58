import { describe, expect, it } from 'vitest'
import { frameRegion } from './region'

describe('frameRegion', () => {
  it('takes the centre square at full resolution', () => {
    expect(frameRegion(0, 1280, 720)).toEqual({ x: 280, y: 0, width: 720, height: 720, drawWidth: 720, drawHeight: 720 })
    expect(frameRegion(1, 720, 1280)).toMatchObject({ x: 0, y: 280, drawWidth: 720, drawHeight: 720 })
  })

  it('takes every third frame whole and small', () => {
    expect(frameRegion(2, 1280, 720)).toEqual({ x: 0, y: 0, width: 1280, height: 720, drawWidth: 640, drawHeight: 360 })
    expect(frameRegion(5, 720, 1280)).toMatchObject({ width: 720, height: 1280, drawWidth: 360, drawHeight: 640 })
  })

  it('never draws larger than the picture', () => {
    expect(frameRegion(2, 320, 240)).toMatchObject({ drawWidth: 320, drawHeight: 240 })
  })
})
