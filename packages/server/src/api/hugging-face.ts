import { createRoute, z } from '@hono/zod-openapi';
import { softmax } from '@retort/shared';
import type { Context } from 'hono';
import type { ServerEnv } from '../http/environment.ts';
import { limitBody, readJsonBody } from '../http/json-body.ts';
import type { Reading, Variant } from '../inference/index.ts';
import { textSchema } from './classify.ts';
import { limits } from './limits.ts';
import { inferenceProblems } from './problem.ts';
import type { Reader } from './reader.ts';

const requestSchema = z
  .object({
    inputs: z.union([textSchema, z.array(textSchema).min(1).max(limits.texts)]),
    parameters: z
      .strictObject({
        top_k: z.int().min(1).nullish().openapi({ description: 'default: all labels' }),
        function_to_apply: z
          .enum(['softmax', 'sigmoid', 'none'])
          .nullish()
          .openapi({ description: "what makes scores of logits; default: softmax, at the model's temperature" }),
      })
      .nullish(),
    options: z.looseObject({}).optional().openapi({ description: 'taken and ignored' }),
  })
  .openapi('HuggingFaceRequest', {
    example: { inputs: 'The committee met on Thursday to go through the figures once more.', parameters: { top_k: 2 } },
  });

const responseSchema = z
  .array(z.array(z.object({ label: z.string(), score: z.number() })))
  .openapi('HuggingFaceResponse', {
    description: 'one list a text, the highest score first',
    example: [
      [
        { label: 'human', score: 0.93 },
        { label: 'ai', score: 0.07 },
      ],
    ],
  });

type HuggingFaceResponse = z.output<typeof responseSchema>;

export const huggingFaceRoute = createRoute({
  method: 'post',
  path: '/models/{model}',
  tags: ['classify'],
  summary: 'The same in the shape of the Hugging Face inference API',
  description:
    'For `@huggingface/inference` and whatever else speaks it: give this URL as `endpointUrl`, and an API key as access token. It knows ' +
    'neither threshold nor abstention: those are in /v1/classify.',
  request: {
    params: z.object({ model: z.string().openapi({ example: 'sample-quantize-student' }) }),
    body: { required: true, content: { 'application/json': { schema: requestSchema } } },
  },
  middleware: [limitBody, readJsonBody] as const,
  responses: {
    200: { description: 'The labels.', content: { 'application/json': { schema: responseSchema } } },
    ...inferenceProblems,
  },
});

export function classifyForHuggingFace(
  reader: Reader,
  c: Context<ServerEnv>,
  model: string,
  { inputs, parameters }: z.output<typeof requestSchema>,
): Promise<HuggingFaceResponse> {
  return reader.use(c, model, async (variant, read) => {
    const readings = await read(typeof inputs === 'string' ? [inputs] : inputs);
    const score = scorers[parameters?.function_to_apply ?? 'softmax'];
    return readings.map((reading) => {
      const scores = score(variant, reading);
      return variant.labels
        .map((label, i) => ({ label, score: scores[i] }))
        .sort((a, b) => b.score - a.score)
        .slice(0, parameters?.top_k ?? variant.labels.length);
    });
  });
}

type Scorer = (variant: Variant, reading: Reading) => ArrayLike<number>;

const scorers: Record<'softmax' | 'sigmoid' | 'none', Scorer> = {
  softmax: ({ labels, rule }, { logits }) => softmax(logits, labels.length, rule.temperature),
  sigmoid: (_, { logits }) => Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit))),
  none: (_, { logits }) => logits,
};
