import { expect, test } from 'vitest'
import { linkList } from './linkList'

test('names are quoted where they must be, and run nothing', () => {
  expect(linkList([
    { name: 'Zoë O’Hara', url: 'http://party/i/A' },
    { name: 'Costa, Ana "A."', url: 'http://party/i/B' },
    { name: '=HYPERLINK("x")', url: 'http://party/i/C' },
  ])).toBe('Name,link\nZoë O’Hara,http://party/i/A\n"Costa, Ana ""A.""",http://party/i/B\n"\'=HYPERLINK(""x"")",http://party/i/C')
})
