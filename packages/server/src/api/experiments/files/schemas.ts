import { z } from '@hono/zod-openapi';

const interval = z.tuple([z.number(), z.number()]).readonly();
const list = <T extends z.ZodType>(of: T) => z.array(of).readonly();
const counts = z.record(z.string(), z.int()).readonly();

const slice = z
  .object({ name: z.string(), n: z.int(), accuracy: z.number(), accuracyInterval: interval })
  .openapi('Slice', { description: 'a part of the texts' });

const figures = z
  .object({
    model: z.string(),
    n: z.int(),
    accuracy: z.number(),
    accuracyInterval: interval,
    retention: z.number().nullable().openapi({ description: "share of the teacher's accuracy" }),
    loss: z.number(),
    calibrationError: z.number(),
    macroF1: z.number(),
    auroc: z.number().nullable(),
    mcnemar: z.object({ onlyTeacher: z.int(), onlyModel: z.int(), p: z.number() }).nullable(),
    confusion: list(list(z.int())).openapi({ description: '[i][j]: texts of label i that were taken for label j' }),
    byLabel: list(
      z.object({
        name: z.string(),
        n: z.int(),
        precision: z.number().nullable(),
        recall: z.number().nullable(),
        f1: z.number().nullable(),
      }),
    ),
    bySource: list(slice),
    byLength: list(slice),
    reliability: list(z.object({ n: z.int(), confidence: z.number(), accuracy: z.number() })),
    roc: list(
      z.object({
        label: z.string(),
        points: list(z.tuple([z.number(), z.number()]).readonly()).openapi({
          description: 'false-positive and true-positive rates, from (0, 0) to (1, 1)',
        }),
      }),
    ),
  })
  .openapi('ModelOnTexts');

const percentiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number() });

/** What is told of a report, out of its `results.json`; what else that holds is left out. */
export const reportSchema = z
  .object({
    experiment: z.string(),
    split: z.object({ name: z.string(), n: z.int(), sha256: z.string(), labels: list(z.string()) }),
    measurement: z.object({
      executor: z.string(),
      threads: z.int(),
      warmUp: z.int(),
      runs: z.int(),
      machine: z.object({ cpu: z.string(), cores: z.int() }),
    }),
    models: list(
      z.object({
        name: z.string(),
        architecture: z.string(),
        weights: z.string(),
        parameters: z.int(),
        bytes: z.int(),
        usage: z.object({
          maxTokens: z.int(),
          temperature: z.number(),
          threshold: z.object({ label: z.string(), value: z.number() }).nullable(),
        }),
        latency: list(percentiles.extend({ length: z.int() })),
        mix: percentiles,
        robustness: list(z.object({ perturbation: z.string(), n: z.int(), accuracy: z.number(), flips: z.int() })),
      }),
    ),
    evaluations: list(
      z.object({ name: z.string(), file: z.string(), sha256: z.string(), n: z.int(), models: list(figures) }),
    ),
  })
  .openapi('Report');

export const mistakesSchema = z
  .object({
    model: z.string(),
    evaluation: z.string(),
    n: z.int(),
    wrong: z.int().openapi({ description: 'texts that the model got wrong, of which some are listed' }),
    offset: z.int().openapi({ description: 'of the first that is listed' }),
    mistakes: list(
      z.object({
        id: z.int().openapi({ description: 'of the test split; of a CSV file the line' }),
        label: z.string().openapi({ description: 'what it is' }),
        answer: z.string().openapi({ description: 'what it was taken for' }),
        probability: z.number().openapi({ description: "the answer's, at the model's temperature" }),
        source: z.string(),
        text: z.string().nullable().openapi({ description: 'its beginning; null where texts are not shown' }),
        cut: z.boolean().openapi({ description: 'whether the text goes on' }),
      }),
    ),
    withheld: z.string().nullable().openapi({ description: 'why there are no texts; null: there are' }),
  })
  .openapi('Mistakes', { description: 'the texts that a model got wrong, the surest answers first' });

const fileCounts = list(z.object({ file: z.string(), rows: z.int(), rejected: z.int() }));
const dropped = z.object({ within: z.int(), across: z.int() });

export const dataCardSchema = z
  .object({
    experiment: z.string(),
    seed: z.int(),
    labels: list(z.string()),
    texts: z.int(),
    splits: z.record(z.string(), counts).readonly(),
    groups: counts,
    sources: z.record(z.string(), counts).readonly(),
    words: z
      .record(
        z.string(),
        z.object({ min: z.number(), q1: z.number(), median: z.number(), q3: z.number(), max: z.number() }),
      )
      .readonly(),
    files: fileCounts,
    duplicates: z.object({
      exact: dropped,
      near: dropped,
      conflicting: z.object({ exact: z.int(), near: z.int() }),
      threshold: z.number(),
    }),
    rejects: counts,
    unlabelled: z.object({ texts: z.int(), sources: counts }).optional(),
    warnings: list(z.string()),
  })
  .openapi('DataCard');

export const consoleSchema = z
  .object({
    lines: list(z.object({ time: z.string(), text: z.string() })),
    cut: z.boolean().openapi({ description: 'whether there are earlier lines' }),
  })
  .openapi('ConsoleTail');

export const artifactsSchema = z
  .object({
    artifacts: list(
      z.object({
        id: z.int(),
        role: z.enum(['input', 'output']),
        kind: z.string(),
        sha256: z.string(),
        folder: z.string(),
        size: z.number().nullable(),
        files: z.record(z.string(), z.string()).readonly().nullable().openapi({ description: 'file -> sha256' }),
      }),
    ),
  })
  .openapi('RunArtifacts');

const figure = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() });

export const modelsSchema = z
  .object({
    models: list(
      z.object({
        run: z.guid().openapi({ description: 'of the report' }),
        experiment: z.string(),
        project: z.string(),
        seed: z.number().nullable(),
        startedAt: z.iso.datetime(),
        cpu: z.string().nullable().openapi({ description: 'on which its times were measured' }),
        model: z.string(),
        madeBy: z.guid().nullable().openapi({ description: 'the run that made the model' }),
        dataSet: z.string().openapi({ description: 'sha256 of the split' }),
        n: z.int(),
        figures: z.record(z.string(), figure).readonly(),
        delta: z
          .object({
            difference: z.number(),
            sameTexts: z.boolean(),
            test: z.enum(['mcnemar', 'two-proportion']).nullable(),
            p: z.number().nullable(),
            onlyA: z.int().nullable(),
            onlyB: z.int().nullable(),
          })
          .nullable()
          .openapi({ description: "the accuracy beside the baseline's" }),
      }),
    ),
  })
  .openapi('MeasuredModels');
