import { expect, it } from 'vitest'
import { linkReach } from './linkReach'

it.each([
  ['http://127.0.0.1:8080/i/x', 'machine'],
  ['http://localhost/i/x', 'machine'],
  ['http://[::1]:8080/i/x', 'machine'],
  ['http://192.168.1.7:8080/i/x', 'network'],
  ['http://10.0.0.2/i/x', 'network'],
  ['http://172.16.4.1/i/x', 'network'],
  ['http://172.32.4.1/i/x', 'anywhere'],
  ['http://[fd00::1]/i/x', 'network'],
  ['http://doorward.local:8080/i/x', 'network'],
  ['http://pi/i/x', 'network'],
  ['http://[2001:db8::1]/i/x', 'anywhere'],
  ['https://door.example.org/i/x', 'anywhere'],
  ['https://10.example.org/i/x', 'anywhere'],
])('%s opens for %s', (url, reach) => {
  expect(linkReach(url)).toBe(reach)
})
