/** CSV as RFC 4180 has it, with LF: a field is quoted where it must be. `delimiter`: a character of ASCII. */
export function formatCsv(header: readonly string[], rows: readonly (readonly string[])[], delimiter = ','): string {
  const format = (value: string) =>
    /["\r\n]/.test(value) || value.includes(delimiter) || value === '' ? `"${value.replaceAll('"', '""')}"` : value;
  return [header, ...rows].map((row) => `${row.map(format).join(delimiter)}\n`).join('');
}
