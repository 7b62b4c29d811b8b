/** Spreadsheets run cells that begin with these as formulas; a text from elsewhere must not. */
const formula = /^[=+\-@\t\r]/;

/** RFC 4180, with a head; null and undefined are empty, NaN too. Texts that a spreadsheet would take for a formula get a `'` before them. */
export function formatCsv(
  head: readonly string[],
  rows: Iterable<readonly (string | number | boolean | null | undefined)[]>,
): string {
  const lines = [head.map(cell).join(',')];
  for (const row of rows) lines.push(row.map(cell).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function cell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = typeof value === 'string' && formula.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
