import { describe, expect, it } from 'vitest'
import { breadthOf } from './network'

describe('breadthOf', () => {
  it('knows what is everybody', () => {
    expect(['0.0.0.0/0', ' ::/0 ', '::ffff:0:0/96', '10.0.0.0/0'].map(breadthOf)).toEqual(Array(4).fill('everybody'))
  })

  it('questions what is wider than a /8 of IPv4 or a /24 of IPv6', () => {
    expect(['10.0.0.0/7', '128.0.0.0/1', '2001:db8::/23', '::ffff:10.0.0.0/103'].map(breadthOf)).toEqual(Array(4).fill('wide'))
    expect(['10.0.0.0/8', '192.168.1.0/24', '2001:db8::/24', '2001:db8::/32', '::ffff:10.0.0.0/104'].map(breadthOf)).toEqual(Array(5).fill('usual'))
  })

  it('leaves addresses and nonsense to the server', () => {
    expect(['203.0.113.7', '2001:db8::1', 'venue', ''].map(breadthOf)).toEqual(Array(4).fill('usual'))
  })
})
