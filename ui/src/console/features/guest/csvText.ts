/**
 * Keeps a spreadsheet from running a pasted cell, or a part behind a semicolon that it takes for one, as a formula: an
 * apostrophe goes in front, as in our CSV export.
 */
export function protectCell(cell: string): string {
  return cell.replace(/(^|;)('*[=+\-@])/g, "$1'$2")
}

/** One line of CSV that a spreadsheet opens without running anything. */
export function csvLine(cells: string[]): string {
  return cells.map((cell) => quoted(protectCell(cell))).join(',')
}

function quoted(cell: string): string {
  return /[",\r\n;]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
