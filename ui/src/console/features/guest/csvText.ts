const header = 'name,email,phone,party_size,tags,note'

// Headings that the server takes for a column, folded; the table is that of pkg/guest/csv.go.
const meanings: Record<string, string> = {
  name: 'name', guest: 'name', fullname: 'name', guestname: 'name',
  email: 'email', mail: 'email', emailaddress: 'email',
  phone: 'phone', telephone: 'phone', mobile: 'phone', phonenumber: 'phone',
  partysize: 'party_size', party: 'party_size', heads: 'party_size', seats: 'party_size',
  tags: 'tags', tag: 'tags', group: 'tags', note: 'note', notes: 'note', comment: 'note',
}

function meaningOf(heading: string): string | undefined {
  const key = heading.toLowerCase().replace(/[^a-z0-9]/g, '')
  return Object.hasOwn(meanings, key) ? meanings[key] : undefined
}

/**
 * Makes pasted text the CSV that the server reads. A spreadsheet pastes tabs, so tabs become commas; a bare list
 * of names gets a header of its own.
 */
export function csvFromPaste(text: string): string {
  const rows = rowsOf(text)
  const first = rows[0]
  if (first === undefined) return ''
  return (hasHeadings(first) ? rows : [defaultHeader(rows), ...rows]).join('\n') + '\n'
}

/** What became of the headings of a list. */
export interface Headings {
  read: string[]
  leftOut: string[]
  /** The list has no headings, and `read` is what its columns were taken for. */
  guessed: boolean
}

/** Which headings of a pasted text were understood; `columns` are those that the server recognised. */
export function headingsOf(text: string, columns: string[]): Headings {
  const first = rowsOf(text)[0] ?? ''
  if (!hasHeadings(first)) return { read: columns, leftOut: [], guessed: true }
  const found: Headings = { read: [], leftOut: [], guessed: false }
  const open = new Set(columns)
  for (const heading of cellsOf(first)) {
    // A second column of the same meaning is not read either.
    if (open.delete(meaningOf(heading) ?? '')) found.read.push(heading)
    else if (heading) found.leftOut.push(heading)
  }
  return found
}

function rowsOf(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n').split('\n').filter((line) => line.trim())
  return lines.map((line) => (line.includes('\t') ? line.split('\t').map(quote).join(',') : line))
}

function hasHeadings(row: string): boolean {
  return cellsOf(row).some((cell) => meaningOf(cell) !== undefined)
}

/** The cells of one line, without their quotes; commas or semicolons, whichever are more, separate them. */
function cellsOf(row: string): string[] {
  const separator = row.split(';').length > row.split(',').length ? ';' : ','
  const cells = ['']
  let quoted = false
  for (const c of row) {
    if (c === '"') quoted = !quoted
    else if (c === separator && !quoted) cells.push('')
    else cells[cells.length - 1] += c
  }
  return cells.map((cell) => cell.trim())
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

/**
 * Keeps a spreadsheet from running a pasted cell, or a part behind a semicolon that it takes for one, as a formula: an
 * apostrophe goes in front, as in our CSV export.
 */
export function protectCell(cell: string): string {
  return cell.replace(/(^|;)('*[=+\-@])/g, "$1'$2")
}
