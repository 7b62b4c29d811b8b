import * as Plot from '@observablehq/plot';
import type { Report } from '@retort/server/client';
import { PlotChart } from '../../charts/plot-chart.tsx';
import { formatShare } from '../../lib/figures.ts';
import { tokenColor } from '../../lib/theme.ts';

type Model = Report['evaluations'][number]['models'][number];

/** What texts are against what they were taken for; the shade is the share of the row. */
export function ConfusionChart({ model, labels, file }: { model: Model; labels: readonly string[]; file: string }) {
  const cells = model.confusion.flatMap((row, i) => {
    const n = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, j) => ({
      is: labels[i],
      taken: labels[j],
      count,
      share: n === 0 ? 0 : count / n,
      right: i === j,
    }));
  });
  const draw = (width: number): Plot.PlotOptions => ({
    ...{ height: 70 + Math.min(110, (width - 110) / labels.length) * labels.length },
    ...{ marginLeft: 96, marginBottom: 44, marginTop: 8 },
    x: { domain: [...labels], label: 'taken for', labelAnchor: 'center', labelArrow: 'none', tickSize: 0 },
    y: { domain: [...labels], label: 'is', labelAnchor: 'center', labelArrow: 'none', tickSize: 0 },
    color: { domain: [0, 1], range: [tokenColor('--track'), tokenColor('--series-1')], interpolate: 'rgb' },
    marks: [
      Plot.cell(cells, { x: 'taken', y: 'is', fill: tokenColor('--track'), inset: 1.5, rx: 3 }),
      Plot.cell(cells, {
        ...{ x: 'taken', y: 'is', inset: 1.5, rx: 3, fillOpacity: 'share' },
        fill: ({ right }) => (right ? tokenColor('--series-1') : tokenColor('--series-2')),
      }),
      Plot.text(cells, {
        ...{
          x: 'taken',
          y: 'is',
          text: ({ count }) => count.toLocaleString('en'),
          fontSize: 15,
          fontWeight: 600,
          dy: -7,
        },
        fill: ink,
      }),
      Plot.text(cells, {
        x: 'taken',
        y: 'is',
        text: ({ share }) => formatShare(share),
        dy: 10,
        fontSize: 11.5,
        fill: ink,
      }),
    ],
  });
  return (
    <PlotChart
      title="Confusion"
      file={`${file}-confusion`}
      {...{ draw }}
      of={[model, labels]}
      description={cells.map(({ is, taken, count }) => `${count} of ${is} taken for ${taken}`).join(', ')}
      table={() => ({
        head: ['is', ...labels.map((label) => `taken for ${label}`), 'precision', 'recall', 'F1'],
        rows: model.confusion.map((row, i) => {
          const { precision, recall, f1 } = model.byLabel[i];
          return [labels[i], ...row, precision, recall, f1];
        }),
      })}
    />
  );
}

/** On a full colour the page's, on a faint one the text's. */
function ink({ share }: { share: number }): string {
  return tokenColor(share > 0.55 ? '--surface' : '--text');
}
