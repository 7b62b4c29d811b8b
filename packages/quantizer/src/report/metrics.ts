import type { ModelResult, Results } from './results.ts';

/** The report's figures by name, such as `student-int8.accuracy` `teacher.p50.128`
 * and `student.web.accuracy` of an evaluation, for the stage's manifest. */
export function resultMetrics({ models, evaluations }: Results): Record<string, number> {
  const further = evaluations
    .slice(1)
    .flatMap(({ name, models }) =>
      models.flatMap(({ model, accuracy, auroc }): [string, number][] => [
        [`${model}.${name}.accuracy`, accuracy],
        ...(auroc === null ? [] : [[`${model}.${name}.auroc`, auroc] satisfies [string, number]]),
      ]),
    );
  return Object.fromEntries([...models.flatMap(modelMetrics), ...further]);
}

function modelMetrics(model: ModelResult): [string, number][] {
  const { accuracy, accuracyInterval, accuracyByArgmax, loss, calibrationError } = model;
  const { macroF1, auroc, truePositiveRate, parameters, bytes, latency, mix, resources, robustness, mcnemar } = model;
  const metrics: [string, number | undefined][] = [
    ['accuracy', accuracy],
    ['accuracy.low', accuracyInterval[0]],
    ['accuracy.high', accuracyInterval[1]],
    ['accuracyByArgmax', accuracyByArgmax],
    ['loss', loss],
    ['calibrationError', calibrationError],
    ['macroF1', macroF1],
    ['auroc', auroc ?? undefined],
    ['parameters', parameters],
    ['bytes', bytes],
    ['tpr1', truePositiveRate.at1 ?? undefined],
    ['tpr5', truePositiveRate.at5 ?? undefined],
    ...latency.flatMap(({ length, p50, p95, p99 }): [string, number][] => [
      [`p50.${length}`, p50],
      [`p95.${length}`, p95],
      [`p99.${length}`, p99],
    ]),
    ['p50.mix', mix.p50],
    ['p95.mix', mix.p95],
    ['p99.mix', mix.p99],
    ['textsPerSecond', resources?.throughput.textsPerSecond],
    ...(resources?.batches ?? []).map(({ size, textsPerSecond }): [string, number | undefined] => [
      `textsPerSecond.batch${size}`,
      textsPerSecond ?? undefined,
    ]),
    ['loadMs', resources?.loadMs],
    ['peakMemoryBytes', resources?.peakMemoryBytes],
    ...robustness.map(({ perturbation, accuracy }): [string, number] => [
      `robustness.${perturbation.replace(' ', '')}`,
      accuracy,
    ]),
    ['p', mcnemar?.p],
  ];
  return metrics.flatMap(([name, value]): [string, number][] =>
    value === undefined ? [] : [[`${model.name}.${name}`, value]],
  );
}
