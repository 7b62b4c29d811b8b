/** `1,280`: a whole number in groups of three digits. By hand, for the first use of Intl takes the time in which a table is drawn. */
export function formatWhole(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `67.3 MB`, in steps of a thousand. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `93.0 %`; never rounded to a certainty that the model does not claim. */
export function formatProbability(probability: number): string {
  if (probability > 0 && probability < 0.0005) return '< 0.1 %';
  if (probability < 1 && probability > 0.9995) return '> 99.9 %';
  return `${(probability * 100).toFixed(1)} %`;
}

/** Whole numbers in full, others with four digits that count. */
export function formatFigure(value: number): string {
  return Number.isInteger(value) ? formatWhole(value) : String(Number(value.toPrecision(4)));
}

/** Labels and their scores, the likeliest first. */
export function rankScores(scores: Readonly<Record<string, number>>): [label: string, score: number][] {
  return Object.entries(scores).sort(([, a], [, b]) => b - a);
}

/** How much of a text the model has read, and in how many windows. */
export function describeReading(reading: { tokens: number; windows: readonly unknown[]; truncated: boolean }): string {
  const { tokens, windows, truncated } = reading;
  if (truncated) return `The text is longer than the model reads: only ${tokens} of its tokens count.`;
  return `The model has read all of it: ${tokens} tokens${windows.length > 1 ? ` in ${windows.length} windows` : ''}.`;
}
