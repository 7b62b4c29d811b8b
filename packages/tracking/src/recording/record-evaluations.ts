import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type postgres from 'postgres';
import { z } from 'zod';

/** What is taken of a report's `results.json`. */
const resultsSchema = z.object({
  split: z.object({ n: z.int(), sha256: z.string() }),
  models: z.array(
    z
      .object({
        name: z.string(),
        accuracyInterval: z.tuple([z.number(), z.number()]).optional(),
        mcnemar: z.object({ onlyTeacher: z.int(), onlyModel: z.int(), p: z.number() }).nullish(),
        latency: z.array(z.object({ length: z.int(), p50: z.number(), p95: z.number() })).optional(),
        mix: z.object({ p50: z.number(), p95: z.number() }).optional(),
      })
      .catchall(z.unknown()),
  ),
});

const figures = ['accuracy', 'accuracyByArgmax', 'loss', 'calibrationError', 'macroF1', 'auroc', 'parameters', 'bytes'];

/** The figures of a report, and the tests of its models against each other. What has another form is left alone. */
export async function recordEvaluations(
  tx: postgres.TransactionSql<{ bigint: number }>,
  runId: number,
  folder: string,
  stage: string,
): Promise<void> {
  const results = stage === 'report' ? readResults(join(folder, 'results.json')) : undefined;
  if (results === undefined) return;
  const { n, sha256 } = results.split;
  const [teacher] = results.models;
  for (const model of results.models) {
    for (const { metric, value, interval } of figuresOf(model)) {
      const [low, high] = interval ?? [null, null];
      await tx`
        insert into retort.evaluations (run_id, model, data_set, metric, value, low, high, n)
        values (${runId}, ${model.name}, ${sha256}, ${metric}, ${value}, ${low}, ${high}, ${n}) on conflict do nothing`;
    }
    if (model.mcnemar === null || model.mcnemar === undefined) continue;
    const { onlyTeacher, onlyModel, p } = model.mcnemar;
    await tx`
      insert into retort.comparisons (run_id, model_a, model_b, data_set, only_a, only_b, n, p)
      values (${runId}, ${teacher.name}, ${model.name}, ${sha256}, ${onlyTeacher}, ${onlyModel}, ${n}, ${p})
      on conflict do nothing`;
  }
}

function figuresOf(model: z.output<typeof resultsSchema>['models'][number]) {
  const plain = figures.flatMap((metric) => {
    const value = model[metric];
    return typeof value === 'number'
      ? [{ metric, value, interval: metric === 'accuracy' ? model.accuracyInterval : undefined }]
      : [];
  });
  const latency = (model.latency ?? []).flatMap(({ length, p50, p95 }) => [
    { metric: `latency.p50.${length}`, value: p50, interval: undefined },
    { metric: `latency.p95.${length}`, value: p95, interval: undefined },
  ]);
  const texts = model.mix === undefined ? [] : [['p50', model.mix.p50] as const, ['p95', model.mix.p95] as const];
  const mix = texts.map(([name, value]) => ({ metric: `latency.${name}.texts`, value, interval: undefined }));
  return [...plain, ...latency, ...mix];
}

function readResults(path: string): z.output<typeof resultsSchema> | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return resultsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
