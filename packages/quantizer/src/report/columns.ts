import type { ModelResult, Resources, Results, Scores } from './results.ts';

/** One column of a table, the same in Markdown, on the terminal and on the page. */
export interface Column<Row> {
  readonly title: string;
  readonly align: 'left' | 'right';
  cell(row: Row): string;
}

export interface Table<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}

/** How good models are on one set of texts. */
export function qualityColumns<Row extends Scores>(name: (row: Row) => string): Column<Row>[] {
  return [
    { title: 'model', align: 'left', cell: name },
    right('accuracy', ({ accuracy }) => accuracy.toFixed(4)),
    right('95 % interval', ({ accuracyInterval }) => formatInterval(accuracyInterval)),
    right('retention', ({ retention }) => (retention === null ? none : `${(100 * retention).toFixed(1)} %`)),
    right('loss', ({ loss }) => loss.toFixed(4)),
    right('ECE', ({ calibrationError }) => calibrationError.toFixed(4)),
    right('macro F1', ({ macroF1 }) => macroF1.toFixed(4)),
    right('AUROC', ({ auroc }) => formatShare(auroc)),
    right('TPR at 1 %', ({ truePositiveRate }) => formatShare(truePositiveRate.at1)),
    right('TPR at 5 %', ({ truePositiveRate }) => formatShare(truePositiveRate.at5)),
    right('p vs teacher', ({ mcnemar }) =>
      mcnemar === null ? none : `${formatP(mcnemar.p)} (${mcnemar.onlyTeacher}:${mcnemar.onlyModel})`,
    ),
  ];
}

/** How large and how fast models are. Latencies have a column for each length. */
export function speedColumns({ models: [first] }: Results): Column<ModelResult>[] {
  return [
    { title: 'model', align: 'left', cell: ({ name }) => name },
    right('params', ({ parameters }) => `${digits(parameters / 1e6)} M`),
    right('size MB', ({ bytes }) => sizeDigits(bytes / 1e6)),
    ...(first?.latency ?? []).map(({ length }, i) =>
      right(`ms at ${length} (p95, p99)`, ({ latency }: ModelResult) => formatPercentiles(latency[i])),
    ),
    right('ms a text (p95, p99)', ({ mix }) => formatPercentiles(mix)),
    ...(first?.resources ? resourceColumns(first.resources) : []),
  ];
}

function resourceColumns({ batches }: Resources): Column<ModelResult>[] {
  const of = (title: string, cell: (resources: Resources) => string) =>
    right(title, ({ resources }: ModelResult) => (resources === null ? none : cell(resources)));
  return [
    of('texts/s', ({ throughput }) => speedDigits(throughput.textsPerSecond)),
    ...batches.map(({ size }, i) =>
      of(`by ${size}`, ({ batches }) => {
        const { textsPerSecond } = batches[i];
        return textsPerSecond === null ? 'alone' : speedDigits(textsPerSecond);
      }),
    ),
    of('load ms', ({ loadMs }) => loadMs.toFixed(0)),
    of('peak MB', ({ peakMemoryBytes }) => (peakMemoryBytes / 1e6).toFixed(0)),
  ];
}

/** What perturbations cost. */
export function robustnessColumns({ models: [first] }: Results): Column<ModelResult>[] {
  return [
    { title: 'model', align: 'left', cell: ({ name }) => name },
    ...(first?.robustness ?? []).map(({ perturbation }, i) =>
      right(perturbation, ({ robustness }: ModelResult) => {
        const { accuracy, flips } = robustness[i];
        return i === 0 ? accuracy.toFixed(4) : `${accuracy.toFixed(4)} (${flips})`;
      }),
    ),
  ];
}

/** What stands where there is no figure. */
export const none = '–';

export function formatShare(share: number | null): string {
  return share === null ? none : share.toFixed(4);
}

export function formatInterval([low, high]: readonly [number, number]): string {
  return `${low.toFixed(4)}–${high.toFixed(4)}`;
}

function right<Row>(title: string, cell: (row: Row) => string): Column<Row> {
  return { title, align: 'right', cell };
}

function formatPercentiles({ p50, p95, p99 }: { p50: number; p95: number; p99: number }): string {
  return `${digits(p50)} (${digits(p95)}, ${digits(p99)})`;
}

function digits(value: number): string {
  return value.toFixed(2);
}

function speedDigits(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}

export function sizeDigits(megabytes: number): string {
  return megabytes.toFixed(megabytes < 10 ? 2 : 1);
}

function formatP(p: number): string {
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}
