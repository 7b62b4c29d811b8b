/** CSV as RFC 4180 has it, with LF: a field is quoted where it must be. */
export function formatCsv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, ...rows].map((row) => `${row.map(formatField).join(',')}\n`).join('');
}

function formatField(value: string): string {
  return /[",\r\n]/.test(value) || value === '' ? `"${value.replaceAll('"', '""')}"` : value;
}
