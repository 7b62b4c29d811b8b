import { formatBytes, formatWhole } from './format.ts';

/** `97.70 %`. Shares of texts get two digits, so that a text in ten thousand is seen. */
export function formatShare(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** `96.1 – 98.6 %`. */
export function formatInterval(low: number, high: number): string {
  return `${(100 * low).toFixed(1)} – ${(100 * high).toFixed(1)} %`;
}

/** `+0.41 points`, of a hundred; a true minus. */
export function formatPoints(difference: number): string {
  const points = 100 * difference;
  const rounded = Math.abs(points).toFixed(2);
  const sign = Number(rounded) === 0 ? '±' : points > 0 ? '+' : '−';
  return `${sign}${rounded} points`;
}

/** `0.023`, `< 0.001`. */
export function formatP(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** `1,280`, `0.01263`, `1.2e-5`: four digits that count. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return formatWhole(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(size < 1e-3 ? 1 : 2).replace('e+', 'e');
  return String(Number(value.toPrecision(4)));
}

/** `12.4 ms`. */
export function formatMilliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}

/** `45 s`, `3 min 20 s`, `2 h 05 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (n: number) => String(n).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}

/** `1:40`, `2:05:00`: hours, minutes and seconds, for axes. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return `${hours > 0 ? `${hours}:${pad(minutes)}` : minutes}:${pad(whole % 60)}`;
}

/** A figure by what its name says it is: a share of texts, bytes, or a number. */
export function formatNamed(name: string, value: number): string {
  if (/accuracy|retention/i.test(name) && value >= 0 && value <= 1) return formatShare(value);
  return /bytes$/i.test(name) ? formatBytes(value) : formatNumber(value);
}

/** Whose configuration a comparison has looked at; what is not recorded of all runs, it has not. */
export function describeCompared(stages: readonly string[]): string {
  const config = stages.length === 0 ? 'each run’s own configuration' : `the configuration of ${stages.join(', ')}`;
  return `${config}, and code, machine and versions of the runs themselves`;
}

/** Any value of a configuration. */
export function formatLeaf(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'number' ? formatNumber(value) : String(value);
}
