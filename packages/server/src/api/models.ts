import { createRoute, z } from '@hono/zod-openapi';
import { longTextPolicies } from '@retort/shared';
import type { Variant } from '../inference/index.ts';
import { readEvaluation } from '../model/evaluation.ts';
import { modelProblems } from './problem.ts';

const runSchema = z
  .object({
    experiment: z.string().openapi({ example: 'sample' }),
    stage: z.string().openapi({ example: 'quantize' }),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime(),
    seed: z.int().nullable(),
    metrics: z.record(z.string(), z.number()).openapi({ description: 'final figures of the stage, by name' }),
    inputs: z.record(z.string(), z.string()).openapi({
      description: 'what it was made of: file -> sha256, `checksums.txt` of an artifact for all that is in it',
    }),
    versions: z.record(z.string(), z.string()),
  })
  .openapi('Run');

const calibrationSchema = z
  .object({
    temperature: z.number().openapi({ description: 'the logits are divided by it', example: 1.24 }),
    threshold: z
      .object({ label: z.string().openapi({ example: 'ai' }), value: z.number().openapi({ example: 0.43 }) })
      .nullable()
      .openapi({
        description: 'the label is the answer from this score on; null: the label with the highest score is',
      }),
    abstention: z
      .object({ margin: z.number(), minTokens: z.int(), answered: z.number(), accuracy: z.number().nullable() })
      .nullable()
      .openapi({
        description:
          'it abstains below this margin (log-odds of the answer against any other) and on texts of fewer tokens; on the texts that it ' +
          'was fitted on, the share that is answered, and of right answers among them. null: it never abstains',
      }),
    fittedOn: z
      .object({ split: z.string().openapi({ example: 'validation' }), n: z.int(), sha256: z.string() })
      .openapi({ description: 'the texts that all of it was fitted on' }),
  })
  .openapi('Calibration');

const evaluationSchema = z
  .object({
    split: z.object({ name: z.string().openapi({ example: 'test' }), n: z.int(), sha256: z.string() }),
    accuracy: z.number(),
    accuracyInterval: z.tuple([z.number(), z.number()]).openapi({ description: "Wilson's 95 % interval" }),
    loss: z.number(),
    calibrationError: z.number(),
    macroF1: z.number(),
    auroc: z.number().nullable(),
  })
  .openapi('Evaluation');

export const modelSchema = z
  .object({
    id: z.string().openapi({ example: 'sample-quantize-student' }),
    file: z.string().openapi({ example: 'onnx/model_quantized.onnx' }),
    sha256: z.string().openapi({ description: 'of the file' }),
    sizeBytes: z.int(),
    architecture: z.string().openapi({ example: 'DistilBertForSequenceClassification' }),
    labels: z.array(z.string()).openapi({ example: ['human', 'ai'] }),
    maxTokens: z.int().openapi({ description: 'longest input, [CLS] and [SEP] included', example: 512 }),
    longTexts: z.enum(longTextPolicies).openapi({
      description:
        'what is read of a longer text: the mean logit of windows that cover it, its beginning, or beginning and end',
      example: 'windows',
    }),
    share: z.number().openapi({ description: 'of the requests that name no model', example: 1 }),
    shadow: z.boolean().openapi({ description: 'whether it reads, unseen, what the others are given' }),
    calibration: calibrationSchema.nullable().openapi({ description: 'null where none was fitted' }),
    evaluation: evaluationSchema
      .nullable()
      .openapi({ description: "of its experiment's report; null where there is none" }),
    run: runSchema.nullable().openapi({ description: 'what made it; null for a model from elsewhere' }),
    card: z
      .string()
      .openapi({ description: 'where its model card is', example: '/v1/models/sample-quantize-student/card' }),
  })
  .openapi('Model');

export type ModelDescription = z.output<typeof modelSchema>;

export const modelsRoute = createRoute({
  method: 'get',
  path: '/v1/models',
  tags: ['models'],
  summary: 'The models that are served',
  responses: {
    200: {
      description: 'The models.',
      content: { 'application/json': { schema: z.object({ models: z.array(modelSchema) }) } },
    },
  },
});

const params = z.object({ model: z.string().openapi({ example: 'sample-quantize-student' }) });

export const modelRoute = createRoute({
  method: 'get',
  path: '/v1/models/{model}',
  tags: ['models'],
  summary: 'One of them',
  request: { params },
  responses: {
    200: { description: 'The model.', content: { 'application/json': { schema: modelSchema } } },
    ...modelProblems,
  },
});

export const cardRoute = createRoute({
  method: 'get',
  path: '/v1/models/{model}/card',
  tags: ['models'],
  summary: 'Its model card',
  description:
    'The `README.md` of the model folder, the card of its experiment’s report, or what is known of the model where there is none.',
  request: { params },
  responses: {
    200: { description: 'Markdown.', content: { 'text/markdown': { schema: z.string() } } },
    ...modelProblems,
  },
});

export async function describeModel(variant: Variant): Promise<ModelDescription> {
  const { id, onnxFile, sha256, sizeBytes, architecture, labels, maxTokens, longTexts, share, shadow } = variant;
  const { calibration, run } = variant;
  return {
    id,
    file: onnxFile,
    sha256,
    sizeBytes,
    architecture,
    labels: [...labels],
    maxTokens,
    longTexts,
    share,
    shadow,
    calibration:
      calibration === undefined
        ? null
        : {
            ...calibration,
            threshold: calibration.threshold ?? null,
            abstention: calibration.abstention ?? null,
          },
    evaluation: (await readEvaluation(variant)) ?? null,
    run: run === undefined ? null : describeRun(run),
    card: `/v1/models/${encodeURIComponent(id)}/card`,
  };
}

function describeRun({ experiment, stage, manifest }: NonNullable<Variant['run']>): z.output<typeof runSchema> {
  const { startedAt, endedAt, seed, metrics, inputs, versions } = manifest;
  return { experiment, stage, startedAt, endedAt, seed, metrics, inputs, versions };
}
