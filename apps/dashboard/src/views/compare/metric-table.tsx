import type { Comparison, MeasuredModel } from '@retort/server/client';
import { Swatch } from '../../charts/curve-legend.tsx';
import { DataTable, numbers } from '../../components/data-table.tsx';
import { ErrorNote } from '../../components/notes.tsx';
import { usePage } from '../../context.ts';
import { formatCsv } from '../../lib/csv.ts';
import { download } from '../../lib/download.ts';
import { formatNumber, formatP, formatPoints, formatShare } from '../../lib/figures.ts';
import { formatBytes, formatWhole } from '../../lib/format.ts';
import { intervalOf } from '../../lib/measured-models.ts';
import { questions } from '../../lib/questions.ts';
import { runUrl } from '../../lib/route.ts';
import { useQuery } from '../../lib/use-query.ts';
import type { ComparedRun } from './compared-run.ts';

interface Props {
  readonly runs: readonly ComparedRun[];
  readonly baseline: string | undefined;
  readonly comparison: Comparison;
}

/** What reports measured of the runs' models, with intervals, and each beside the baseline: difference and p. */
export function MetricTable({ runs, baseline, comparison }: Props) {
  const { api, tell } = usePage();
  const asked = runs.map(({ run }) => run).join(',');
  const { data, error, reload } = useQuery(`models ${asked} ${baseline}`, (signal) =>
    questions(api, signal).models({ runs: asked, baseline }),
  );
  const rows = runs.flatMap((run) =>
    (data?.models ?? [])
      .filter((model) => model.madeBy === run.run || model.run === run.run)
      .map((model) => ({ run, model })),
  );
  const save = () => {
    download('metrics.csv', csvOf(rows), 'text/csv');
    tell('Saved metrics.csv');
  };
  return (
    <section aria-labelledby="metrics-title">
      <div class="section-head">
        <h2 id="metrics-title">Metrics</h2>
        {rows.length > 0 && (
          <button type="button" class="plain" onClick={save}>
            Save CSV
          </button>
        )}
      </div>
      {error !== undefined && <ErrorNote error={error} retry={reload} />}
      {rows.length > 0 ? (
        <MeasuredTable rows={rows} baseline={baseline} />
      ) : (
        data !== undefined && (
          <p class="quiet">
            No report has measured these runs yet: <code>nx run EXPERIMENT:report</code> gives accuracies with intervals
            and tests. Until then, their own figures:
          </p>
        )
      )}
      {data !== undefined && rows.length === 0 && <FigureColumns runs={runs} figures={comparison.figures} />}
    </section>
  );
}

interface Row {
  readonly run: ComparedRun;
  readonly model: MeasuredModel;
}

const measuredColumns = [
  ...['run', 'model', ...numbers('accuracy', '95 % interval', 'to the baseline', 'p'), 'test'],
  ...numbers('loss', 'macro F1', 'AUROC', 'ECE', 'size', 'n'),
];

function MeasuredTable({ rows, baseline }: { rows: readonly Row[]; baseline: string | undefined }) {
  const texts = new Set(rows.map(({ model }) => model.dataSet));
  return (
    <>
      <DataTable label="Measured models" columns={measuredColumns} sticky>
        {rows.map(({ run, model }) => {
          const { accuracy, bytes } = model.figures;
          const { delta } = model;
          return (
            <tr
              key={`${run.run} ${model.run} ${model.model} ${model.dataSet}`}
              class={run.run === baseline ? 'baseline' : undefined}
            >
              <th scope="row">
                <Swatch style={run.style} /> <a href={runUrl(run.run)}>{run.name}</a>
              </th>
              <td>{model.model}</td>
              <td class="number">{accuracy === undefined ? '–' : formatShare(accuracy.value)}</td>
              <td class="number quiet">{intervalOf(accuracy)}</td>
              <td class={`number ${standing(delta)}`}>{delta === null ? '–' : formatPoints(delta.difference)}</td>
              <td class="number">{delta?.p == null ? '–' : formatP(delta.p)}</td>
              <td class="quiet">{testOf(delta)}</td>
              {['loss', 'macroF1', 'auroc', 'calibrationError'].map((metric) => (
                <td key={metric} class="number">
                  {model.figures[metric] === undefined ? '–' : formatNumber(model.figures[metric].value)}
                </td>
              ))}
              <td class="number">{bytes === undefined ? '–' : formatBytes(bytes.value)}</td>
              <td class="number">{formatWhole(model.n)}</td>
            </tr>
          );
        })}
      </DataTable>
      <p class="quiet">
        p: how likely a difference at least as large is if there is none. McNemar’s exact test where both models were
        measured on the same texts and their answers are kept, else two proportions, which finds less.
        {texts.size > 1 &&
          ' These models were not all measured on the same texts: part of a difference may be that of the texts.'}
      </p>
    </>
  );
}

type Delta = MeasuredModel['delta'];

function testOf(delta: Delta): string {
  if (delta === null || delta.test === null) return '–';
  if (!delta.sameTexts) return 'two proportions, other texts';
  return delta.test === 'mcnemar' ? `McNemar, ${delta.onlyA} : ${delta.onlyB}` : 'two proportions';
}

/** Better or worse counts only where chance is unlikely. */
function standing(delta: Delta): string {
  if (delta?.p == null || delta.p >= 0.05) return '';
  return delta.difference > 0 ? 'good' : 'bad';
}

function FigureColumns({ runs, figures }: { runs: readonly ComparedRun[]; figures: Comparison['figures'] }) {
  if (figures.length === 0) return <p class="quiet">They have none.</p>;
  return (
    <DataTable label="Final figures" columns={['run', ...numbers(...figures.map(({ name }) => name))]} sticky>
      {runs.map(({ run, name, style }, i) => (
        <tr key={run}>
          <th scope="row">
            <Swatch style={style} /> <a href={runUrl(run)}>{name}</a>
          </th>
          {figures.map(({ name: figure, values }) => (
            <td key={figure} class="number">
              {values[i] === null ? '–' : formatNumber(values[i])}
            </td>
          ))}
        </tr>
      ))}
    </DataTable>
  );
}

function csvOf(rows: readonly Row[]): string {
  const metrics = [...new Set(rows.flatMap(({ model }) => Object.keys(model.figures)))].sort();
  return formatCsv(
    ['run', 'name', 'report', 'model', 'data set', 'n', 'low', 'high', 'difference', 'p', 'test', ...metrics],
    rows.map(({ run, model }) => [
      ...[run.run, run.name, model.run, model.model, model.dataSet, model.n],
      ...[model.figures.accuracy?.low, model.figures.accuracy?.high],
      ...[model.delta?.difference, model.delta?.p, model.delta?.test],
      ...metrics.map((metric) => model.figures[metric]?.value),
    ]),
  );
}
