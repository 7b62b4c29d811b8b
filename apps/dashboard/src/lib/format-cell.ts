import type { Column, Value } from './columns.ts';
import { formatWhole } from './format.ts';

/** A number with four digits that count, or in full where it is whole. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return 'NaN';
  if (Number.isInteger(value)) return Math.abs(value) < 1e15 ? formatWhole(value) : value.toExponential(3);
  const size = Math.abs(value);
  if (size < 1e-4) return value.toExponential(2);
  if (size < 1) return value.toFixed(4);
  return size < 1e6 ? String(Number(value.toPrecision(5))) : formatWhole(Math.round(value));
}

/** The difference to a baseline, with its sign. */
export function formatDelta(value: number, baseline: number): string {
  const delta = value - baseline;
  // Differences of rounding are none.
  if (Math.abs(delta) <= 1e-12 * Math.max(Math.abs(value), Math.abs(baseline))) return '±0';
  return `${delta > 0 ? '+' : '−'}${formatNumber(Math.abs(delta))}`;
}

/** `42 s`, `3 min 07 s`, `2 h 05 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

const twoDigits = (part: number) => String(part).padStart(2, '0');

/** `2026-03-01 14:05`, in the zone of who looks. */
export function formatTime(iso: string): string {
  const time = new Date(iso);
  const day = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(twoDigits).join('-');
  return `${day} ${[time.getHours(), time.getMinutes()].map(twoDigits).join(':')}`;
}

/** What a cell says; the empty text where there is no value. */
export function formatCell(value: Value | undefined, type: Column['type']): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return type === 'duration' ? formatSeconds(value) : formatNumber(value);
  if (typeof value === 'string' && type === 'time') return formatTime(value);
  return String(value);
}
