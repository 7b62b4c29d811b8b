import * as Plot from '@observablehq/plot';
import type { Report } from '@retort/server/client';
import { Swatch } from '../../charts/curve-legend.tsx';
import { PlotChart } from '../../charts/plot-chart.tsx';
import { seriesColor, seriesDash } from '../../charts/series-style.ts';
import { formatNumber, formatShare } from '../../lib/figures.ts';
import { kindPlace } from '../../lib/measured-models.ts';
import { tokenColor } from '../../lib/theme.ts';

type Models = Report['evaluations'][number]['models'];

interface Props {
  readonly models: Models;
  /** The model that stands out; the others are faint. */
  readonly chosen: string;
  readonly file: string;
}

/** Texts of a bin below which a line does not go through it: chance alone moves it. */
const fewest = 10;

const diagonal = (from: number) =>
  Plot.line(
    [
      [from, from],
      [1, 1],
    ],
    { stroke: tokenColor('--quiet'), strokeDasharray: '4 4' },
  );

/** How a line of a model is drawn. */
function lineStyle(model: string, chosen: string) {
  const own = model === chosen;
  return {
    stroke: own ? seriesColor(0) : tokenColor('--quiet'),
    strokeWidth: own ? 2.2 : 1.2,
    strokeOpacity: own ? 1 : 0.7,
    strokeDasharray: own ? undefined : seriesDash(8 * (kindPlace(model) % 4)).join(' ') || '1 3',
  };
}

/** True positives against false positives for every threshold, one curve a label. The axis of false positives is the root: all that matters is near 0. */
export function RocChart({ models, chosen, file }: Props) {
  const own = models.find(({ model }) => model === chosen);
  const label = own?.roc[0]?.label ?? '';
  const points = models.flatMap(({ model, roc }) =>
    roc.flatMap((curve) => curve.points.map(([x, y]) => ({ model, label: curve.label, x, y }))),
  );
  const least = Math.max(
    0,
    Math.floor(20 * Math.min(1, ...points.filter(({ x }) => x >= 0.01).map(({ y }) => y))) / 20 - 0.05,
  );
  const several = (own?.roc.length ?? 0) > 1;
  const draw = (width: number): Plot.PlotOptions => ({
    ...{ height: Math.min(360, Math.max(260, width * 0.7)), marginLeft: 52, marginBottom: 42, marginTop: 26 },
    x: {
      type: 'sqrt',
      domain: [0, 1],
      ticks: [0, 0.01, 0.05, 0.1, 0.25, 0.5, 1],
      tickFormat: percent,
      label: 'false positives, % (root scale)',
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
    },
    y: {
      domain: [least, 1],
      tickFormat: percent,
      label: 'true positives, %',
      labelArrow: 'none',
      grid: true,
      clamp: true,
    },
    marks: [
      ...models
        .flatMap(({ model, roc }) => roc.map((curve) => ({ model, curve })))
        .filter(({ model }) => !several || model === chosen)
        .sort((a, b) => Number(a.model === chosen) - Number(b.model === chosen))
        .map(({ model, curve }, i) =>
          Plot.line(
            curve.points.map(([x, y]) => ({ x, y })),
            {
              ...{ x: 'x', y: 'y', curve: 'step-after' as const },
              ...(several
                ? { stroke: seriesColor(styleOf(i)), strokeDasharray: seriesDash(styleOf(i)).join(' ') || undefined }
                : lineStyle(model, chosen)),
            },
          ),
        ),
      Plot.tip(
        points.filter(({ model }) => model === chosen),
        Plot.pointer({
          ...{ x: 'x', y: 'y', fill: tokenColor('--raised') },
          title: (point) =>
            `${point.model}, ${point.label}\n${formatShare(point.y)} found\nat ${formatShare(point.x)} false`,
        }),
      ),
    ],
  });
  return (
    <PlotChart
      title={several ? 'ROC of each label' : `ROC of ${label}`}
      file={`${file}-roc`}
      {...{ draw }}
      of={[models, chosen]}
      note={
        several ? (
          <LabelLegend labels={own?.roc.map(({ label }) => label) ?? []} />
        ) : (
          <FaintNote {...{ models, chosen }} />
        )
      }
      description={`Area ${own?.auroc == null ? 'not defined' : formatNumber(own.auroc)}`}
      table={() => ({
        head: ['model', 'label', 'false positives', 'true positives'],
        rows: points.map(({ model, label, x, y }) => [model, label, x, y]),
      })}
    />
  );
}

/** How often a model is right against how sure it is. */
export function ReliabilityChart({ models, chosen, file }: Props) {
  const bins = models.flatMap(({ model, n: all, reliability }) =>
    reliability.filter(({ n }) => n > 0).map((bin) => ({ model, all, ...bin })),
  );
  const from = Math.min(0.9, Math.floor(10 * Math.min(1, ...bins.map(({ confidence }) => confidence))) / 10);
  const own = bins.filter(({ model }) => model === chosen);
  const draw = (width: number): Plot.PlotOptions => ({
    ...{ height: Math.min(360, Math.max(260, width * 0.7)), marginLeft: 52, marginBottom: 42, marginTop: 26 },
    x: {
      domain: [from, 1],
      tickFormat: percent,
      label: 'probability of the answer, %',
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
      inset: 8,
    },
    y: {
      domain: [0, 1],
      tickFormat: percent,
      label: 'share that is right, %',
      labelArrow: 'none',
      grid: true,
      inset: 8,
    },
    r: { range: [2, 13] },
    marks: [
      diagonal(from),
      ...models
        .filter(({ model }) => model !== chosen)
        .map(({ model }) =>
          Plot.line(
            bins.filter((bin) => bin.model === model && bin.n >= fewest),
            { x: 'confidence', y: 'accuracy', ...lineStyle(model, chosen) },
          ),
        ),
      Plot.line(
        own.filter(({ n }) => n >= fewest),
        { x: 'confidence', y: 'accuracy', ...lineStyle(chosen, chosen) },
      ),
      Plot.dot(own, {
        x: 'confidence',
        y: 'accuracy',
        r: 'n',
        fill: seriesColor(0),
        fillOpacity: 0.75,
        stroke: tokenColor('--surface'),
      }),
      Plot.tip(
        own,
        Plot.pointer({
          ...{ x: 'confidence', y: 'accuracy', fill: tokenColor('--raised') },
          title: ({ n, confidence, accuracy }) =>
            `${n} texts\nsure of ${formatShare(confidence)}\nright in ${formatShare(accuracy)}`,
        }),
      ),
    ],
  });
  return (
    <PlotChart
      title="Reliability"
      file={`${file}-reliability`}
      {...{ draw }}
      of={[models, chosen]}
      note="Circles grow with the texts of a bin; lines go through bins of 10 texts and more; on the dashed line, probabilities are right."
      description={own
        .map(
          ({ confidence, accuracy, n }) =>
            `${n} texts sure of ${formatShare(confidence)} are right in ${formatShare(accuracy)}`,
        )
        .join(', ')}
      table={() => ({
        head: ['model', 'texts', 'mean probability', 'share that is right'],
        rows: bins.map(({ model, n, confidence, accuracy }) => [model, n, confidence, accuracy]),
      })}
    />
  );
}

/** The style of a label's line, with a dash as well as a colour of its own. */
function styleOf(label: number): number {
  return (label % 8) + 8 * (label % 4);
}

function LabelLegend({ labels }: { labels: readonly string[] }) {
  return (
    <span class="kinds">
      {labels.map((label, i) => (
        <span key={label}>
          <Swatch style={styleOf(i)} /> {label}
        </span>
      ))}
    </span>
  );
}

function FaintNote({ models, chosen }: Pick<Props, 'models' | 'chosen'>) {
  return (
    <>
      <strong>{chosen}</strong>; faint:{' '}
      {models
        .filter(({ model }) => model !== chosen)
        .map(({ model }) => model)
        .join(', ')}
    </>
  );
}

function percent(share: number): string {
  return String(Number((100 * share).toPrecision(3)));
}
