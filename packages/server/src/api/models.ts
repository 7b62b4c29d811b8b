import { createRoute, z } from '@hono/zod-openapi';
import { longTextPolicies } from '@retort/shared';
import type { Classifier } from '../model/classifier.ts';

const runSchema = z
  .object({
    experiment: z.string().openapi({ example: 'sample' }),
    stage: z.string().openapi({ example: 'quantize' }),
    endedAt: z.iso.datetime(),
    seed: z.int().nullable(),
    metrics: z.record(z.string(), z.number()).openapi({ description: 'final figures of the stage, by name' }),
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
    fittedOn: z
      .object({ split: z.string().openapi({ example: 'validation' }), n: z.int(), sha256: z.string() })
      .openapi({ description: 'the texts that both were fitted on' }),
  })
  .openapi('Calibration');

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
    calibration: calibrationSchema.nullable().openapi({ description: 'null where none was fitted' }),
    run: runSchema.nullable().openapi({ description: 'what made it; null for a model from elsewhere' }),
  })
  .openapi('Model');

export type ModelDescription = z.output<typeof modelSchema>;

export const modelsRoute = createRoute({
  method: 'get',
  path: '/v1/models',
  summary: 'The models that are served, the default one first',
  responses: {
    200: {
      description: 'The models.',
      content: { 'application/json': { schema: z.object({ models: z.array(modelSchema) }) } },
    },
  },
});

export function describeModel(model: Classifier): ModelDescription {
  const { id, onnxFile, sha256, sizeBytes, architecture, labels, maxTokens, longTexts, calibration, run } = model;
  return {
    id,
    file: onnxFile,
    sha256,
    sizeBytes,
    architecture,
    labels: [...labels],
    maxTokens,
    longTexts,
    calibration: calibration === undefined ? null : { ...calibration, threshold: calibration.threshold ?? null },
    run: run === undefined ? null : describeRun(run),
  };
}

function describeRun({ experiment, stage, manifest }: NonNullable<Classifier['run']>): z.output<typeof runSchema> {
  const { endedAt, seed, metrics } = manifest;
  return { experiment, stage, endedAt, seed, metrics };
}
