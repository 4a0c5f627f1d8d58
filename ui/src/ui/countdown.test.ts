import { describe, expect, it } from 'vitest'
import { minutesAndSeconds } from './countdown'

describe('minutesAndSeconds', () => {
  it.each([[0, '0:00'], [7, '0:07'], [42, '0:42'], [60, '1:00'], [4_050, '1:07:30']])('%i is %s', (seconds, text) => {
    expect(minutesAndSeconds(seconds)).toBe(text)
  })
})
