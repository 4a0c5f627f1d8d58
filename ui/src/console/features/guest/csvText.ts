/**
 * Keeps a spreadsheet from running a pasted cell, or a part behind a semicolon that it takes for one, as a formula: an
 * apostrophe goes in front, as in our CSV export.
 */
export function protectCell(cell: string): string {
  return cell.replace(/(^|;)('*[=+\-@])/g, "$1'$2")
}
