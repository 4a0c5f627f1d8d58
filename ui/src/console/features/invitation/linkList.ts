import { csvLine } from '../guest/csvText'

/** Names and links as CSV that a spreadsheet opens without running anything. */
export function linkList(rows: { name: string; url: string }[]): string {
  return ['Name,link', ...rows.map(({ name, url }) => csvLine([name, url]))].join('\n')
}
