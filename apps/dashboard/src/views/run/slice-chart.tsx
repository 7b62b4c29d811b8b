import * as Plot from '@observablehq/plot';
import type { Report } from '@retort/server/client';
import { PlotChart } from '../../charts/plot-chart.tsx';
import { formatInterval, formatShare } from '../../lib/figures.ts';
import { formatWhole } from '../../lib/format.ts';
import { tokenColor } from '../../lib/theme.ts';

type Slice = Report['evaluations'][number]['models'][number]['bySource'][number];

interface Props {
  readonly title: string;
  readonly slices: readonly Slice[];
  readonly whole: number;
  readonly file: string;
}

/** Parts that a picture has room for. */
const mostDrawn = 30;

function worst(slices: readonly Slice[]): Slice[] {
  return [...slices].sort((a, b) => a.accuracy - b.accuracy).slice(0, mostDrawn);
}

/** The accuracy of each part of the texts with its interval, beside that of all. */
export function SliceChart({ title, slices: all, whole, file }: Props) {
  const slices = all.length <= mostDrawn ? all : worst(all);
  const least = Math.min(...slices.map(({ accuracyInterval }) => accuracyInterval[0]));
  const draw = (width: number): Plot.PlotOptions => ({
    ...{ marginBottom: 42, height: 70 + 26 * slices.length, marginLeft: Math.min(200, width * 0.38), marginRight: 116 },
    x: {
      domain: [Math.floor(100 * least), 100],
      label: 'accuracy, %',
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
      nice: true,
    },
    y: { domain: slices.map(({ name }) => name), label: null },
    marks: [
      Plot.ruleX([100 * whole], { stroke: tokenColor('--quiet'), strokeDasharray: '4 4' }),
      Plot.ruleY(slices, {
        ...{ y: 'name', stroke: tokenColor('--series-1'), strokeWidth: 2 },
        x1: ({ accuracyInterval }) => 100 * accuracyInterval[0],
        x2: ({ accuracyInterval }) => 100 * accuracyInterval[1],
      }),
      Plot.dot(slices, { x: ({ accuracy }) => 100 * accuracy, y: 'name', fill: tokenColor('--series-1'), r: 4.5 }),
      Plot.text(slices, {
        ...{ y: 'name', frameAnchor: 'right', textAnchor: 'start', dx: 6, fill: tokenColor('--text'), fontSize: 11.5 },
        text: ({ accuracy, n }) => `${formatShare(accuracy)}, n ${formatWhole(n)}`,
      }),
    ],
  });
  return (
    <PlotChart
      {...{ title, file, draw }}
      of={[all, whole]}
      note={
        'Lines are 95 % intervals; the dashed line is all texts.' +
        (slices.length < all.length ? ` Drawn are the ${slices.length} worst of ${all.length} parts.` : '')
      }
      description={slices.map(({ name, accuracy }) => `${name} ${formatShare(accuracy)}`).join(', ')}
      table={() => ({
        head: ['part', 'n', 'accuracy', '95 % interval'],
        rows: all.map(({ name, n, accuracy, accuracyInterval }) => [
          name,
          n,
          accuracy,
          formatInterval(...accuracyInterval),
        ]),
      })}
    />
  );
}
