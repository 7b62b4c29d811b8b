import type { ModelResult, Results } from './results.ts';

/** One column of the table, the same in Markdown and on the terminal. */
export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  cell(model: ModelResult): string;
}

/** The columns of the results table. Latencies have one for each length. */
export function resultColumns({ models }: Results): Column[] {
  const lengths = models[0]?.latency.map(({ length }) => length) ?? [];
  return [
    { title: 'model', align: 'left', cell: ({ name }) => name },
    right('accuracy', ({ accuracy }) => accuracy.toFixed(4)),
    right('95 % interval', ({ accuracyInterval: [low, high] }) => `${low.toFixed(4)}–${high.toFixed(4)}`),
    right('loss', ({ loss }) => loss.toFixed(4)),
    right('ECE', ({ calibrationError }) => calibrationError.toFixed(4)),
    right('macro F1', ({ macroF1 }) => macroF1.toFixed(4)),
    right('AUROC', ({ auroc }) => (auroc === null ? '–' : auroc.toFixed(4))),
    right('params', ({ parameters }) => `${digits(parameters / 1e6)} M`),
    right('size MB', ({ bytes }) => sizeDigits(bytes / 1e6)),
    ...lengths.map((length, i) =>
      right(`ms at ${length} (p95)`, ({ latency }) => `${digits(latency[i].p50)} (${digits(latency[i].p95)})`),
    ),
    right('p vs teacher', ({ mcnemar }) =>
      mcnemar === null ? '–' : `${formatP(mcnemar.p)} (${mcnemar.onlyTeacher}:${mcnemar.onlyModel})`,
    ),
  ];
}

function right(title: string, cell: (model: ModelResult) => string): Column {
  return { title, align: 'right', cell };
}

function digits(value: number): string {
  return value.toFixed(2);
}

function sizeDigits(megabytes: number): string {
  return megabytes.toFixed(megabytes < 10 ? 2 : 1);
}

function formatP(p: number): string {
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}
