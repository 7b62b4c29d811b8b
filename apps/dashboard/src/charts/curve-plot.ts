import uPlot from 'uplot';
import type { AlignedCurves } from '../lib/curves/align.ts';
import { tokenColor } from '../lib/theme.ts';
import { seriesColor, seriesDash } from './series-style.ts';

export interface CurvePlotOptions {
  readonly width: number;
  readonly height: number;
  readonly data: AlignedCurves;
  readonly logarithmic: boolean;
  /** Charts of the same key share cursor and zoom. */
  readonly sync: string;
  readonly xTitle: string;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  /** The visible range of x; null: all. */
  readonly range: readonly [number, number] | null;
  readonly onZoom: (range: readonly [number, number] | null) => void;
  /** The place among the aligned points under the cursor. */
  readonly onCursor: (place: number | null) => void;
}

/** So many lines get their names at their ends; more would lie on each other. */
const mostLabels = 8;

/** A uPlot of curves in the colours of the page. */
export function createCurvePlot(place: HTMLElement, options: CurvePlotOptions): uPlot {
  const { width, height, data, logarithmic, sync, xTitle, formatX, formatY, range, onZoom, onCursor } = options;
  const axis = axisStyle();
  const labelled = data.series.length > 1 && data.series.length <= mostLabels;
  return new uPlot(
    {
      ...{ width, height },
      padding: [8, labelled ? labelRoom(data.series.map(({ name }) => name)) : 16, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: sync, setSeries: false },
        drag: { x: true, y: false, setScale: false },
        points: { size: 6 },
      },
      scales: {
        x: { time: false, range: (_, low, high) => [...(range ?? extent(low, high))] },
        y: logarithmic ? { distr: 3 } : { range: (_, low, high) => yRange(low, high) },
      },
      axes: [
        { ...axis, label: xTitle, labelSize: 18, size: 34, values: (_, splits) => splits.map(formatX) },
        {
          ...axis,
          grid: { ...axis.grid, filter: (_, splits) => (logarithmic ? splits.map(decadesOnly) : splits) },
          size: (_, values) => 20 + 7 * Math.max(3, ...(values ?? []).map(({ length }) => length)),
          values: (_, splits) => splits.map((value) => (value === null ? '' : formatY(value))),
        },
      ],
      series: [
        {},
        ...data.series.map(({ name, style }) => ({
          label: name,
          stroke: seriesColor(style),
          dash: [...seriesDash(style)],
          width: 1.6,
          spanGaps: true,
          points: { show: isSparse },
        })),
      ],
      hooks: {
        setSelect: [
          (plot) => {
            const { left, width: chosen } = plot.select;
            if (chosen > 4) onZoom([plot.posToVal(left, 'x'), plot.posToVal(left + chosen, 'x')]);
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
        setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
        ready: [(plot) => plot.over.addEventListener('dblclick', () => onZoom(null))],
        draw: labelled ? [drawLabels] : [],
      },
    },
    columnsOf(data),
    place,
  );
}

export function columnsOf({ x, series }: AlignedCurves): uPlot.AlignedData {
  return [[...x], ...series.map(({ values }) => [...values])];
}

function isSparse(plot: uPlot, series: number): boolean {
  let count = 0;
  for (const value of plot.data[series]) if (typeof value === 'number') count++;
  return count < 30;
}

function extent(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** Some room around the values; a line that is level stands in the middle. */
function yRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const room = low === high ? Math.abs(low) * 0.05 || 1 : (high - low) * 0.06;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

function decadesOnly(value: number): number | null {
  const power = Math.log10(value);
  return Math.abs(power - Math.round(power)) < 1e-9 ? value : null;
}

function axisStyle() {
  const grid = { stroke: tokenColor('--line'), width: 1 };
  return {
    stroke: tokenColor('--quiet'),
    font: '12px system-ui, sans-serif',
    labelFont: '12px system-ui, sans-serif',
    ticks: { ...grid, size: 4 },
    grid,
    gap: 4,
  };
}

function labelRoom(names: readonly string[]): number {
  return Math.min(130, 14 + 6.6 * Math.max(0, ...names.map(({ length }) => length)));
}

/** The name of each line at its last point, moved apart where they would touch. */
function drawLabels(plot: uPlot): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const ends = plot.series.slice(1).flatMap(({ label, stroke, show }, i) => {
    const column = plot.data[i + 1];
    let last = column.length - 1;
    while (last >= 0 && !(typeof column[last] === 'number' && isWithin(plot, plot.data[0][last]))) last--;
    const value = column[last];
    if (show === false || typeof value !== 'number' || typeof stroke !== 'function') return [];
    return [{ label: String(label), color: String(stroke(plot, i + 1)), y: plot.valToPos(value, 'y', true) }];
  });
  ends.sort((a, b) => a.y - b.y);
  const room = 13 * ratio;
  ends.forEach((end, i) => {
    if (i > 0) end.y = Math.max(end.y, ends[i - 1].y + room);
  });
  ctx.save();
  ctx.font = `${12 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  for (const { label, color, y } of ends) {
    ctx.fillStyle = color;
    ctx.fillText(shorten(label, 18), bbox.left + bbox.width + 6 * ratio, Math.max(y, bbox.top));
  }
  ctx.restore();
}

function isWithin(plot: uPlot, x: number): boolean {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = plot.scales.x;
  return x >= min && x <= max;
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
