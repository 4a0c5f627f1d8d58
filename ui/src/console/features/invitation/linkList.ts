import { protectCell } from '../guest/csvText'

/** Names and links as CSV that a spreadsheet opens without running anything. */
export function linkList(rows: { name: string; url: string }[]): string {
  return ['Name,link', ...rows.map(({ name, url }) => `${cell(protectCell(name))},${url}`)].join('\n')
}

function cell(text: string): string {
  return /[",\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
