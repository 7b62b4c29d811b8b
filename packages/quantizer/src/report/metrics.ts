import type { ModelResult, Results } from './results.ts';

/** The report's figures by name, such as `student-int8.accuracy` and `teacher.p50.128`, for the stage's manifest. */
export function resultMetrics({ models }: Results): Record<string, number> {
  return Object.fromEntries(models.flatMap(modelMetrics));
}

function modelMetrics(model: ModelResult): [string, number][] {
  const { accuracy, accuracyInterval, accuracyByArgmax, loss, calibrationError } = model;
  const { macroF1, auroc, parameters, bytes, latency, mcnemar } = model;
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
    ...latency.flatMap(({ length, p50, p95 }): [string, number][] => [
      [`p50.${length}`, p50],
      [`p95.${length}`, p95],
    ]),
    ['p', mcnemar?.p],
  ];
  return metrics.flatMap(([name, value]): [string, number][] =>
    value === undefined ? [] : [[`${model.name}.${name}`, value]],
  );
}
