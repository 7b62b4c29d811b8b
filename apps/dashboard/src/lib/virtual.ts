/** The rows to draw of a long list: `from` up to, but without `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Those that are to be seen and some around them. In steps of a few rows, so that scrolling by a pixel draws nothing anew. Lengths in
 * pixels.
 */
export function visibleRange(
  { top, height, rowHeight, count }: { top: number; height: number; rowHeight: number; count: number },
  { around = 12, step = 8 } = {},
): Range {
  const first = Math.floor(Math.max(0, top) / rowHeight) - around;
  const end = Math.ceil((Math.max(0, top) + height) / rowHeight) + around;
  const from = Math.max(0, Math.floor(first / step) * step);
  return { from: Math.min(from, count), to: Math.min(count, Math.ceil(end / step) * step) };
}
