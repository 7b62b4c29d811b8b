import * as Plot from '@observablehq/plot';
import type { MeasuredModel } from '@retort/server/client';
import { useMemo } from 'preact/hooks';
import { PlotChart } from '../../charts/plot-chart.tsx';
import { formatShare } from '../../lib/figures.ts';
import { formatBytes } from '../../lib/format.ts';
import { kindPlace, type Retention, retentions } from '../../lib/measured-models.ts';
import { runUrl } from '../../lib/route.ts';
import { tokenColor } from '../../lib/theme.ts';
import { kinds } from '../../lib/trade-off.ts';
import { kindColor } from './kinds.tsx';

/** What each model keeps of its teacher's accuracy: the way from teacher to student to int8. */
export function RetentionChart({ models }: { models: readonly MeasuredModel[] }) {
  const bars = useMemo(
    () =>
      retentions(models).map((bar) => ({
        ...bar,
        kind: kinds[kindPlace(bar.model)],
        url: runUrl(bar.madeBy ?? bar.run),
      })),
    [models],
  );
  const projects = new Set(bars.map(({ project }) => project));
  if (bars.length === 0) return null;
  const name = ({ project, model }: Retention) => (projects.size > 1 ? `${project} ${model}` : model);
  const least = Math.min(...bars.map(({ low }) => low));
  // Bars begin at zero; where all are near 100 % their ends could not be told apart, so dots stand there instead.
  const from = Math.floor(Math.max(0, 100 * least - 1));
  const draw = (width: number): Plot.PlotOptions => ({
    ...{ marginLeft: Math.min(190, width * 0.35), marginRight: 92, marginBottom: 42, height: 66 + 26 * bars.length },
    x: {
      domain: [from, Math.max(100.5, ...bars.map(({ high }) => 100 * high))],
      label: 'share of the teacher’s accuracy, %',
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
    },
    y: { domain: bars.map(name), label: null },
    color: { domain: kinds, range: kinds.map((_, place) => kindColor(place)) },
    marks: [
      Plot.ruleX([100], { stroke: tokenColor('--quiet'), strokeDasharray: '4 4' }),
      Plot.barX(bars, {
        x1: from,
        x2: ({ retention }) => 100 * retention,
        y: name,
        fill: 'kind',
        fillOpacity: 0.85,
        insetTop: 4,
        insetBottom: 4,
      }),
      Plot.ruleY(bars, {
        y: name,
        x1: ({ low }) => 100 * low,
        x2: ({ high }) => 100 * high,
        stroke: tokenColor('--text'),
        strokeWidth: 1.5,
      }),
      Plot.text(bars, {
        ...{ y: name, frameAnchor: 'right', textAnchor: 'start', dx: 6, fill: tokenColor('--text'), fontSize: 12 },
        text: ({ retention }) => formatShare(retention),
      }),
      Plot.tip(
        bars,
        Plot.pointerY({
          ...{ x: ({ retention }) => 100 * retention, y: name, fill: tokenColor('--raised') },
          title: (bar) =>
            `${name(bar)}\n${formatShare(bar.accuracy)} accuracy\n${formatBytes(bar.bytes ?? 0)}\nclick: open the run`,
        }),
      ),
    ],
  });
  return (
    <PlotChart
      title="Retention"
      file="retention"
      {...{ draw }}
      of={[bars]}
      description={bars.map((bar) => `${name(bar)} ${formatShare(bar.retention)}`).join(', ')}
      note={from > 0 ? `The axis begins at ${from} %.` : undefined}
      table={() => ({
        head: ['experiment', 'model', 'accuracy', 'share of the teacher’s', 'low', 'high', 'bytes'],
        rows: bars.map((bar) => [bar.project, bar.model, bar.accuracy, bar.retention, bar.low, bar.high, bar.bytes]),
      })}
    />
  );
}
