import { formatCsv } from '@retort/shared';
import type { Figures, ModelResult, Results } from './results.ts';

type Column = readonly [
  title: string,
  value: (figures: Figures, model: ModelResult) => string | number | null | undefined,
];

/** `results.csv`: a row for each set of texts and model, unrounded. Speed and size stand in each row of a model. */
export function resultsCsv(results: Results): string {
  const columns = columnsOf(results);
  const rows = results.evaluations.flatMap((evaluation) =>
    evaluation.models.map((figures, i) => [
      evaluation.name,
      ...columns.map(([, value]) => cell(value(figures, results.models[i]))),
    ]),
  );
  return formatCsv(['evaluation', ...columns.map(([title]) => title)], rows);
}

/** What is not known is `NA`: an empty field could be an empty text. */
function cell(value: string | number | null | undefined): string {
  return value === null || value === undefined ? 'NA' : String(value);
}

function columnsOf({ models: [first] }: Results): Column[] {
  return [
    ['model', ({ model }) => model],
    ['weights', (_, { weights }) => weights],
    ['n', ({ n }) => n],
    ['accuracy', ({ accuracy }) => accuracy],
    ['accuracy_low', ({ accuracyInterval }) => accuracyInterval[0]],
    ['accuracy_high', ({ accuracyInterval }) => accuracyInterval[1]],
    ['accuracy_by_argmax', ({ accuracyByArgmax }) => accuracyByArgmax],
    ['retention', ({ retention }) => retention],
    ['loss', ({ loss }) => loss],
    ['calibration_error', ({ calibrationError }) => calibrationError],
    ['macro_f1', ({ macroF1 }) => macroF1],
    ['auroc', ({ auroc }) => auroc],
    ['tpr_at_fpr_0.01', ({ truePositiveRate }) => truePositiveRate.at1],
    ['tpr_at_fpr_0.05', ({ truePositiveRate }) => truePositiveRate.at5],
    ['mcnemar_p', ({ mcnemar }) => mcnemar?.p],
    ['only_teacher_right', ({ mcnemar }) => mcnemar?.onlyTeacher],
    ['only_model_right', ({ mcnemar }) => mcnemar?.onlyModel],
    ['parameters', (_, { parameters }) => parameters],
    ['bytes', (_, { bytes }) => bytes],
    ...first.latency.flatMap(({ length }, i): Column[] =>
      (['p50', 'p95', 'p99'] as const).map((percentile) => [
        `ms_${length}_${percentile}`,
        (_, { latency }) => latency[i][percentile],
      ]),
    ),
    ...(['p50', 'p95', 'p99'] as const).map(
      (percentile): Column => [`ms_mix_${percentile}`, (_, { mix }) => mix[percentile]],
    ),
    ['texts_per_second', (_, { resources }) => resources?.throughput.textsPerSecond],
    ...(first.resources?.batches ?? []).map(
      ({ size }, i): Column => [
        `texts_per_second_batch_${size}`,
        (_, { resources }) => resources?.batches[i].textsPerSecond,
      ],
    ),
    ['load_ms', (_, { resources }) => resources?.loadMs],
    ['peak_memory_bytes', (_, { resources }) => resources?.peakMemoryBytes],
    ...first.robustness.map(
      ({ perturbation }, i): Column => [
        `accuracy_${perturbation.replace(/\W/g, '_')}`,
        (_, { robustness }) => robustness[i].accuracy,
      ],
    ),
  ];
}
