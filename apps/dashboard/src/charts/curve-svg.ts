import * as Plot from '@observablehq/plot';
import type { AlignedCurves } from '../lib/curves/align.ts';
import { plotSvg } from './plot-chart.tsx';
import { seriesColor, seriesDash } from './series-style.ts';

/** The curves of a canvas as SVG, to be saved. */
export function curveSvg(
  { x, series }: AlignedCurves,
  {
    title,
    xTitle,
    logarithmic,
    range,
  }: {
    readonly title: string;
    readonly xTitle: string;
    readonly logarithmic: boolean;
    readonly range: readonly [number, number] | null;
  },
): SVGSVGElement {
  const inside = (place: number) => range === null || (place >= range[0] && place <= range[1]);
  const lines = series.map(({ name, style, values }) => ({
    ...{ name, color: seriesColor(style), dash: seriesDash(style).join(' ') },
    points: values.flatMap((value, i) => (value === null || !inside(x[i]) ? [] : [{ x: x[i], y: value }])),
  }));
  return plotSvg({
    ...{ width: 720, height: 400, ariaLabel: title, marginLeft: 60, marginRight: 130 },
    x: { label: xTitle, ...(range === null ? {} : { domain: [...range] }) },
    y: { type: logarithmic ? 'log' : 'linear', grid: true, label: title },
    marks: lines.flatMap(({ name, color, dash, points }) => [
      Plot.lineY(points, { x: 'x', y: 'y', stroke: color, strokeDasharray: dash === '' ? undefined : dash }),
      Plot.text(points.slice(-1), { x: 'x', y: 'y', text: () => name, textAnchor: 'start', dx: 6, fill: color }),
    ]),
  });
}
