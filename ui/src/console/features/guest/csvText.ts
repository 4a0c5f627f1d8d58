const header = 'name,email,phone,party_size,tags,note'
const known = new Set(header.split(','))

/**
 * Makes pasted text the CSV that the server reads. A spreadsheet pastes tabs, so tabs become commas; a bare list
 * of names gets a header of its own.
 */
export function csvFromPaste(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').split('\n').filter((line) => line.trim())
  const rows = lines.map((line) => (line.includes('\t') ? line.split('\t').map(quote).join(',') : line))
  const first = rows[0]
  if (first === undefined) return ''
  const columns = first.split(/[,;]/).map((c) => c.trim().toLowerCase())
  if (columns.some((c) => known.has(c))) return rows.join('\n') + '\n'
  return [defaultHeader(rows), ...rows].join('\n') + '\n'
}

/** As many of the usual columns as the widest row has. */
function defaultHeader(rows: string[]): string {
  const widest = Math.max(...rows.map((row) => row.split(',').length))
  return header.split(',').slice(0, widest).join(',')
}

function quote(cell: string): string {
  const trimmed = cell.trim()
  return /[",\n]/.test(trimmed) ? `"${trimmed.replaceAll('"', '""')}"` : trimmed
}
