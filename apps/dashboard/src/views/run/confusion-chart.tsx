import * as Plot from '@observablehq/plot';
import type { Report } from '@retort/server/client';
import { PlotChart } from '../../charts/plot-chart.tsx';
import { formatShare } from '../../lib/figures.ts';
import { formatWhole } from '../../lib/format.ts';
import { tokenColor } from '../../lib/theme.ts';

/** Labels up to which the cells have room for their counts; of more they are told where the pointer is. */
const mostWritten = 8;

const at = { x: 'taken', y: 'is' } as const;
const large = { fontSize: 15, fontWeight: 600, dy: -7 } as const;

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
  const written = labels.length <= mostWritten;
  const draw = (width: number): Plot.PlotOptions => ({
    ...{ height: 70 + Math.min(110, (width - 110) / labels.length) * labels.length },
    ...{ marginLeft: 96, marginBottom: written ? 44 : 96, marginTop: 8 },
    x: {
      ...{ domain: [...labels], label: 'taken for', labelAnchor: 'center', labelArrow: 'none', tickSize: 0 },
      tickRotate: written ? 0 : -90,
    },
    y: { domain: [...labels], label: 'is', labelAnchor: 'center', labelArrow: 'none', tickSize: 0 },
    marks: [
      Plot.cell(cells, { ...at, fill: tokenColor('--track'), inset: written ? 1.5 : 0.5, rx: written ? 3 : 0 }),
      Plot.cell(cells, {
        ...{ ...at, inset: written ? 1.5 : 0.5, rx: written ? 3 : 0, fillOpacity: 'share' },
        fill: ({ right }) => tokenColor(right ? '--series-1' : '--series-2'),
      }),
      ...(written
        ? [
            Plot.text(cells, { ...at, text: ({ count }) => formatWhole(count), ...large, fill: ink }),
            Plot.text(cells, { ...at, text: ({ share }) => formatShare(share), dy: 10, fontSize: 11.5, fill: ink }),
          ]
        : []),
      Plot.tip(
        cells,
        Plot.pointer({
          ...{ ...at, fill: tokenColor('--raised') },
          title: ({ is, taken, count, share }) => `${is} taken for ${taken}\n${count} texts, ${formatShare(share)}`,
        }),
      ),
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
