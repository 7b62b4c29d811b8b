import { z } from '@hono/zod-openapi';

const time = z.iso.datetime();
const leaf = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const names = <T extends z.ZodType>(value: T) => z.record(z.string(), value).readonly();
const document = names(z.unknown());

export const runKey = z.guid().openapi({ description: 'a run', example: '3f1a5c0e-8a43-4d2b-9a39-7d1f6f0c2b11' });

const summary = {
  run: runKey,
  experiment: z.string().openapi({ example: 'essays' }),
  project: z.string().openapi({ description: 'the experiment, with `@seed` for a further seed', example: 'essays@2' }),
  stage: z.string().openapi({ example: 'distill' }),
  status: z.enum(['running', 'succeeded', 'failed', 'killed']),
  seed: z.number().nullable(),
  startedAt: time,
  endedAt: time.nullable(),
  seconds: z.number(),
  exitReason: z.string().nullable().openapi({ description: 'why it ended, if it did not succeed' }),
  gitCommit: z.string().nullable(),
  gitDirty: z.boolean().nullable(),
  host: z.string().nullable(),
  folder: z.string().nullable(),
  figures: names(z.number()).openapi({ description: 'final figures, by name' }),
  points: z.int().openapi({ description: 'of its curves, by now' }),
  notes: z.string(),
  tags: z.array(z.string()).readonly(),
  archived: z.boolean(),
};

const curveSummary = z
  .object({ last: z.number().nullable(), min: z.number().nullable(), max: z.number().nullable(), points: z.int() })
  .openapi('CurveSummary', { description: 'null where no value is a number' });

export const summarySchema = z.object(summary).openapi('RunSummary');

export const pageSchema = z
  .object({
    runs: z
      .array(
        z.object({
          ...summary,
          metrics: names(curveSummary),
          params: names(leaf).openapi({ description: 'those asked for that the run has; lists and objects as JSON' }),
        }),
      )
      .readonly(),
    next: z.string().nullable().openapi({ description: '`after` of the next page; null: this is the last' }),
    total: z.int().openapi({ description: 'runs that the filter holds for' }),
    cursor: z.string().openapi({ description: 'for `/api/events`: what changes after this page was read' }),
  })
  .openapi('RunPage');

export const fieldNamesSchema = z
  .object({
    figures: z.array(z.string()).readonly().openapi({ description: 'final figures' }),
    metrics: z.array(z.string()).readonly().openapi({ description: 'curves' }),
    config: z
      .array(z.string())
      .readonly()
      .openapi({ description: 'places of configurations', example: ['student.layers'] }),
  })
  .openapi('FieldNames', { description: 'what runs can be filtered, sorted and grouped by, and show' });

export const groupsSchema = z
  .object({
    groups: z
      .array(
        z.object({
          value: leaf.openapi({
            description: 'what the runs have in common; null where they have nothing there, and for seeds',
          }),
          experiment: z.string().nullable().openapi({ description: 'null: of several' }),
          stage: z.string().nullable(),
          runs: z.array(runKey).readonly().openapi({ description: 'the newest first' }),
          means: z
            .array(
              z
                .object({
                  n: z.int(),
                  mean: z.number(),
                  interval: z.tuple([z.number(), z.number()]).readonly().nullable(),
                })
                .nullable(),
            )
            .readonly()
            .openapi({
              description: "one for each of `of`, with Student's 95 % interval; null where no run has a value",
            }),
        }),
      )
      .readonly(),
  })
  .openapi('RunGroups');

export const editSchema = z
  .strictObject({
    notes: z.string().max(20_000).optional(),
    tags: z.array(z.string().min(1).max(100)).max(50).optional(),
    archived: z
      .boolean()
      .optional()
      .openapi({ description: 'archived runs are found only by filters that name `archived`' }),
  })
  .openapi('RunEdit', { description: 'what is left out stays', example: { tags: ['good'] } });

export const detailSchema = z
  .object({
    ...summary,
    config: document.openapi({ description: "the stage's part of the resolved configuration" }),
    engine: document.nullable(),
    machine: document.nullable(),
    versions: names(z.string()).nullable(),
    curves: names(curveSummary),
  })
  .openapi('RunDetail');

const compared = <T extends z.ZodType>(value: T) =>
  z.array(z.object({ name: z.string(), values: z.array(value.nullable()).readonly() })).readonly();

export const comparisonSchema = z
  .object({
    runs: z.array(summarySchema).readonly(),
    stages: z.array(z.string()).readonly().openapi({
      description: 'whose configuration is compared: those of the runs and before them, as far as all runs have them',
    }),
    config: compared(leaf).openapi({ description: 'where their configurations differ; null for what a run has not' }),
    environment: compared(leaf).openapi({
      description: 'seed, commit, engine, machine, versions, of reports the test set, where the runs themselves differ',
    }),
    figures: compared(z.number()),
    metrics: compared(z.number()).openapi({ description: 'the last values of the curves' }),
  })
  .openapi('Comparison', { description: 'one value a run in each line, in the order of `runs`' });

const column = z.array(z.number().nullable()).readonly();

export const curvesSchema = z
  .object({
    curves: z
      .array(
        z.object({
          run: runKey,
          metric: z.string(),
          total: z.int().openapi({ description: 'points of the curve, of which these are some' }),
          lines: z.array(z.int()).readonly(),
          steps: column,
          epochs: column,
          times: z.array(z.number()).readonly().openapi({ description: 'milliseconds since 1970' }),
          values: column.openapi({ description: 'null where the value was no number' }),
        }),
      )
      .readonly(),
    cursor: z.string().openapi({ description: 'for `/api/events`: what comes after these curves' }),
  })
  .openapi('Curves', {
    description: 'A curve with more points than asked for keeps the least and the greatest value of each stretch.',
  });

export const seedsSchema = z
  .object({
    groups: z
      .array(
        z.object({
          experiment: z.string(),
          stage: z.string(),
          runs: z.array(z.object({ run: runKey, seed: z.number().nullable(), value: z.number() })).readonly(),
          mean: z.number(),
          interval: z.tuple([z.number(), z.number()]).readonly().nullable().openapi({
            description: "Student's 95 % interval of the mean; null for a single run",
          }),
        }),
      )
      .readonly(),
  })
  .openapi('SeedGroups');

export const lineageSchema = z
  .object({
    runs: z.array(summarySchema).readonly(),
    artifacts: z
      .array(
        z.object({
          id: z.int(),
          kind: z.string().openapi({ description: 'the stage that makes it, or `source`' }),
          sha256: z.string(),
          folder: z.string(),
          size: z.number().nullable(),
        }),
      )
      .readonly(),
    edges: z
      .array(z.object({ run: runKey, artifact: z.int(), role: z.enum(['input', 'output']) }))
      .readonly()
      .openapi({ description: 'input: the run read the artifact; output: it made it' }),
  })
  .openapi('Lineage');

const figureSchema = z
  .object({
    run: runKey,
    experiment: z.string(),
    project: z.string(),
    model: z.string().openapi({ example: 'student-int8' }),
    dataSet: z.string().openapi({ description: 'sha256 of the split' }),
    slice: z.string().openapi({ description: 'a part of it; empty: all' }),
    metric: z.string().openapi({ example: 'accuracy' }),
    value: z.number(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    n: z.int().openapi({ description: 'texts' }),
  })
  .openapi('MeasuredFigure', { description: 'low and high: the 95 % interval, where there is one' });

export const evaluationsSchema = z.object({ evaluations: z.array(figureSchema).readonly() }).openapi('MeasuredFigures');

export const deltaSchema = z
  .object({
    a: figureSchema,
    b: figureSchema,
    difference: z.number().openapi({ description: 'of b minus a' }),
    sameTexts: z.boolean().openapi({ description: 'if not, the difference may be that of the texts' }),
    test: z.enum(['mcnemar', 'two-proportion']).nullable().openapi({
      description: 'how p came about: exact from paired answers, or as if of unrelated texts; null: no test is known',
    }),
    p: z.number().nullable(),
    onlyA: z.int().nullable().openapi({ description: 'texts that a alone has right' }),
    onlyB: z.int().nullable(),
  })
  .openapi('EvaluationDelta');
