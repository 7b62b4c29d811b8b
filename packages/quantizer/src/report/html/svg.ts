/** Text and attribute values come from files: they must not become markup. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Maps values of `domain` to places of `range`, straight or by their logarithms. */
export function scale(
  [low, high]: readonly [number, number],
  [start, end]: readonly [number, number],
  logarithmic = false,
): (value: number) => number {
  const at = logarithmic ? Math.log : (value: number) => value;
  const width = at(high) - at(low) || 1;
  return (value) => start + ((at(value) - at(low)) / width) * (end - start);
}

/** Round values within a domain, four to eight of them; for a logarithmic axis 1, 2 and 5 times powers of ten. */
export function ticks([low, high]: readonly [number, number], logarithmic = false): number[] {
  if (logarithmic) {
    const powers = Array.from({ length: 16 }, (_, i) => 10 ** (i - 6));
    return powers.flatMap((power) => [power, 2 * power, 5 * power]).filter((value) => value >= low && value <= high);
  }
  const rough = (high - low) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

export interface Axis {
  readonly title: string;
  readonly domain: readonly [number, number];
  readonly logarithmic?: boolean;
}

export const frame = { width: 460, height: 320, left: 62, right: 16, top: 14, bottom: 46 };

/** A chart's frame with grid, numbers and titles; `draw` gets the two scales and returns what lies in it. */
export function chart(
  label: string,
  x: Axis,
  y: Axis,
  draw: (at: { x: (value: number) => number; y: (value: number) => number }) => string,
): string {
  const { width, height, left, right, top, bottom } = frame;
  const at = {
    x: scale(x.domain, [left, width - right], x.logarithmic),
    y: scale(y.domain, [height - bottom, top], y.logarithmic),
  };
  const vertical = ticks(x.domain, x.logarithmic).map(
    (value) =>
      `<line class="grid" x1="${n(at.x(value))}" x2="${n(at.x(value))}" y1="${top}" y2="${height - bottom}"/>` +
      `<text class="tick" x="${n(at.x(value))}" y="${height - bottom + 16}" text-anchor="middle">${format(value)}</text>`,
  );
  const horizontal = ticks(y.domain, y.logarithmic).map(
    (value) =>
      `<line class="grid" x1="${left}" x2="${width - right}" y1="${n(at.y(value))}" y2="${n(at.y(value))}"/>` +
      `<text class="tick" x="${left - 6}" y="${n(at.y(value) + 4)}" text-anchor="end">${format(value)}</text>`,
  );
  const middle = (top + height - bottom) / 2;
  return (
    `<svg role="img" viewBox="0 0 ${width} ${height}" aria-label="${escapeHtml(label)}">` +
    vertical.join('') +
    horizontal.join('') +
    `<text class="title" x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle">${escapeHtml(x.title)}</text>` +
    `<text class="title" transform="translate(14 ${middle}) rotate(-90)" text-anchor="middle">${escapeHtml(y.title)}</text>` +
    `${draw(at)}</svg>`
  );
}

/** Coordinates to a tenth: a file of a tenth of the size. */
export function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function format(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** The colour classes of the models, in turn. */
export function seriesClass(index: number): string {
  return `s${index % 8}`;
}
