import * as Plot from '@observablehq/plot';
import type { ComponentChildren } from 'preact';
import { PlotChart } from '../../charts/plot-chart.tsx';
import { formatInterval, formatShare } from '../../lib/figures.ts';
import { formatWhole } from '../../lib/format.ts';
import { placeLabels } from '../../lib/label-places.ts';
import { tokenColor } from '../../lib/theme.ts';
import { kinds, type TradeOffPoint } from '../../lib/trade-off.ts';
import { KindLegend, kindColor, kindSymbol } from './kinds.tsx';

interface Props {
  readonly title: string;
  readonly file: string;
  readonly points: readonly TradeOffPoint[];
  readonly xTitle: string;
  /** From the cost's unit to that of the axis. */
  readonly scale: number;
  readonly format: (cost: number) => string;
  readonly controls?: ComponentChildren;
}

const margins = { left: 52, right: 16, top: 26, bottom: 42 };

/** Accuracy against a cost, with the front of the best ones; a click opens the run. */
export function ScatterChart({ title, file, points, xTitle, scale, format, controls }: Props) {
  const x = ({ cost }: TradeOffPoint) => cost * scale;
  const front = points.filter(({ onFront }) => onFront).sort((a, b) => a.cost - b.cost);
  const draw = (width: number): Plot.PlotOptions => {
    const height = Math.round(Math.min(420, Math.max(300, width * 0.62)));
    const domain = { x: xDomain(points.map(x)), y: yDomain(points) };
    const pixel = (point: TradeOffPoint) => ({
      x: margins.left + along(Math.log(x(point)), domain.x.map(Math.log)) * (width - margins.left - margins.right),
      y: margins.top + (1 - along(share(point), domain.y)) * (height - margins.top - margins.bottom),
    });
    // Those on the front come first: they get their names where there is room for few.
    const named = [...points].sort(
      (a, b) => Number(b.onFront) - Number(a.onFront) || Number(a.reference) - Number(b.reference),
    );
    const places = placeLabels(
      named.map((point) => ({ ...pixel(point), text: point.name })),
      { left: margins.left, right: width },
    );
    return {
      ...{
        height,
        marginLeft: margins.left,
        marginRight: margins.right,
        marginTop: margins.top,
        marginBottom: margins.bottom,
      },
      x: {
        type: 'log',
        domain: domain.x,
        label: xTitle,
        labelAnchor: 'center',
        labelArrow: 'none',
        ticks: 5,
        tickFormat: '~s',
      },
      y: { domain: domain.y, label: 'accuracy, %', labelArrow: 'none', grid: true },
      color: { domain: kinds, range: kinds.map((_, place) => kindColor(place)) },
      symbol: { domain: kinds, range: kinds.map((_, place) => kindSymbol(place)) },
      marks: [
        Plot.line(front, { x, y: share, curve: 'step-after', stroke: tokenColor('--quiet'), strokeDasharray: '4 4' }),
        Plot.ruleX(
          points.filter(({ low }) => low !== null),
          {
            x,
            y1: ({ low }) => 100 * (low ?? 0),
            y2: ({ high }) => 100 * (high ?? 0),
            stroke: 'kind',
            strokeOpacity: 0.5,
          },
        ),
        Plot.dot(front, { x, y: share, r: 10, stroke: tokenColor('--quiet'), strokeDasharray: '3 3' }),
        Plot.dot(
          points.filter(({ reference }) => !reference),
          { x, y: share, stroke: 'kind', fill: 'kind', symbol: 'kind', r: 5.5, strokeWidth: 1.5 },
        ),
        Plot.dot(
          points.filter(({ reference }) => reference),
          { x, y: share, stroke: 'kind', symbol: 'kind', r: 5, strokeWidth: 1.8 },
        ),
        ...named.flatMap((point, i) => {
          const place = places[i];
          if (place === null) return [];
          return Plot.text([point], {
            ...{ x, y: share, text: 'name', dx: place.dx, dy: place.dy, textAnchor: place.anchor, fontSize: 11.5 },
            ...{
              fill: tokenColor(point.reference ? '--quiet' : '--text'),
              stroke: tokenColor('--surface'),
              strokeWidth: 3,
            },
          });
        }),
        Plot.tip(
          points,
          Plot.pointer({ x, y: share, title: (point) => tell(point, format), fill: tokenColor('--raised') }),
        ),
      ],
    };
  };
  return (
    <PlotChart
      {...{ title, file, draw, controls }}
      description={`${points.length} models; on the front: ${front.map(({ name }) => name).join(', ')}`}
      of={[points, scale, xTitle]}
      note={<KindLegend shown={new Set(points.map(({ place }) => place))} />}
      table={() => ({
        head: ['model', 'kind', xTitle, 'accuracy', 'low', 'high', 'n', 'on the front'],
        rows: points.map((point) => [
          ...[point.name, point.kind, x(point), point.accuracy, point.low, point.high, point.n],
          point.onFront ? 'yes' : 'no',
        ]),
      })}
    />
  );
}

function xDomain(costs: readonly number[]): [number, number] {
  return [Math.min(...costs) / 1.8, Math.max(...costs) * 1.8];
}

/** All intervals, with some room; at most up to 100 %. */
function yDomain(points: readonly TradeOffPoint[]): [number, number] {
  const low = Math.min(...points.map(({ accuracy, low }) => 100 * (low ?? accuracy)));
  const high = Math.max(...points.map(({ accuracy, high }) => 100 * (high ?? accuracy)));
  const room = Math.max(0.3, (high - low) * 0.12);
  return [Math.max(0, low - room), Math.min(100.2, high + room)];
}

/** Where a value lies in a domain, from 0 to 1. */
function along(value: number, [low, high]: readonly number[]): number {
  return (value - low) / (high - low);
}

const share = ({ accuracy }: TradeOffPoint) => 100 * accuracy;

function tell(
  { name, accuracy, low, high, cost, n, cpu, url }: TradeOffPoint,
  format: (cost: number) => string,
): string {
  const interval = low === null || high === null ? '' : ` (${formatInterval(low, high)})`;
  const texts = n === null ? '' : `, ${formatWhole(n)} texts`;
  return [
    name,
    `${formatShare(accuracy)}${interval}${texts}`,
    format(cost),
    ...(cpu === null ? [] : [cpu]),
    ...(url === undefined ? ['other texts, another machine'] : ['click: open the run']),
  ].join('\n');
}
