import { createRoute, z } from '@hono/zod-openapi';
import { softmax } from '@retort/shared';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ServerEnv } from '../http/environment.ts';
import { limitBody, readJsonBody } from '../http/json-body.ts';
import type { Service, Variant } from '../inference/index.ts';
import { UnknownModel } from '../inference/index.ts';
import { answerOf } from './answer.ts';
import { inputsSchema, readInputs } from './open-inference-inputs.ts';
import { inferenceProblems, modelProblems, notReady } from './problem.ts';
import type { Reader } from './reader.ts';
import { version } from './version.ts';

// https://github.com/kserve/open-inference-protocol: inference_rest.md

const tags = ['open inference protocol'];
const params = z.object({ model: z.string().openapi({ example: 'sample-quantize-student' }) });
const json = <T extends z.ZodType>(description: string, schema: T) => ({
  description,
  content: { 'application/json': { schema } },
});

const tensorMetadata = z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.int()) });

export const v2Live = createRoute({
  method: 'get',
  path: '/v2/health/live',
  tags,
  summary: 'Whether the server is up',
  responses: { 200: json('It is.', z.object({ live: z.boolean() })) },
});

export const v2Ready = createRoute({
  method: 'get',
  path: '/v2/health/ready',
  tags,
  summary: 'Whether all models can be used',
  responses: { 200: json('They can.', z.object({ ready: z.boolean() })), ...notReady },
});

export const v2Server = createRoute({
  method: 'get',
  path: '/v2',
  tags,
  summary: 'What the server is',
  responses: {
    200: json('It.', z.object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })),
  },
});

export const v2Model = createRoute({
  method: 'get',
  path: '/v2/models/{model}',
  tags,
  summary: 'The inputs and outputs of a model',
  request: { params },
  responses: {
    200: json(
      'They.',
      z
        .object({
          name: z.string(),
          versions: z.array(z.string()).openapi({ description: 'the sha256 of its file' }),
          platform: z.string().openapi({ example: 'onnx_onnxruntime' }),
          inputs: z.array(tensorMetadata).openapi({
            description: 'either `text` is given, or the others, of which `token_type_ids` may be left out',
          }),
          outputs: z.array(tensorMetadata),
          parameters: z.object({ labels: z.array(z.string()) }),
        })
        .openapi('V2Model'),
    ),
    ...modelProblems,
  },
});

export const v2ModelReady = createRoute({
  method: 'get',
  path: '/v2/models/{model}/ready',
  tags,
  summary: 'Whether a model can be used',
  request: { params },
  responses: {
    200: json('It can.', z.object({ name: z.string(), ready: z.boolean() })),
    ...modelProblems,
    ...notReady,
  },
});

const inferRequest = z
  .object({
    id: z.string().max(200).optional(),
    parameters: z.looseObject({}).optional(),
    inputs: inputsSchema,
    outputs: z
      .array(
        z.object({
          name: z.enum(['label', 'scores', 'logits', 'abstained']),
          parameters: z.looseObject({}).optional(),
        }),
      )
      .max(16)
      .optional()
      .openapi({ description: 'default: all' }),
  })
  .openapi('V2InferRequest', {
    example: { inputs: [{ name: 'text', shape: [1], datatype: 'BYTES', data: ['The committee met on Thursday.'] }] },
  });

const outputSchema = z.object({
  name: z.string(),
  shape: z.array(z.int()),
  datatype: z.enum(['BYTES', 'FP32', 'FP64', 'BOOL']),
  data: z.array(z.union([z.string(), z.number(), z.boolean()])).openapi({ description: 'row by row' }),
});

const inferResponse = z
  .object({
    model_name: z.string(),
    model_version: z.string(),
    id: z.string().optional(),
    outputs: z.array(outputSchema),
  })
  .openapi('V2InferResponse');

type Output = z.output<typeof outputSchema>;

export const v2Infer = createRoute({
  method: 'post',
  path: '/v2/models/{model}/infer',
  tags,
  summary: 'Labels, scores and logits as tensors',
  request: { params, body: { required: true, content: { 'application/json': { schema: inferRequest } } } },
  middleware: [limitBody, readJsonBody] as const,
  responses: { 200: json('The tensors.', inferResponse), ...inferenceProblems },
});

/** The tensors of an answer to n texts by a model of some labels. */
const outputs = {
  label: { datatype: 'BYTES', perLabel: false },
  scores: { datatype: 'FP64', perLabel: true },
  logits: { datatype: 'FP32', perLabel: true },
  abstained: { datatype: 'BOOL', perLabel: false },
} as const;
type OutputName = keyof typeof outputs;
const outputNames = Object.keys(outputs) as OutputName[];

export const v2ServerFacts = { name: 'retort', version, extensions: [] as string[] };

export function v2Metadata(service: Service, model: string) {
  const { id, sha256, labels, inputNames } = findVariant(service, model);
  const tokens = ['input_ids', 'attention_mask', 'token_type_ids'].filter(
    (name) => name !== 'token_type_ids' || inputNames.includes(name),
  );
  return {
    name: id,
    versions: [sha256],
    platform: 'onnx_onnxruntime',
    // One or the other: `text`, or tokens.
    inputs: [
      { name: 'text', datatype: 'BYTES', shape: [-1] },
      ...tokens.map((name) => ({ name, datatype: 'INT64', shape: [-1, -1] })),
    ],
    outputs: outputNames.map((name) => ({
      name,
      datatype: outputs[name].datatype,
      shape: outputs[name].perLabel ? [-1, labels.length] : [-1],
    })),
    parameters: { labels: [...labels] },
  };
}

export function requireReady(service: Service): void {
  if (!service.stats().ready) throw new HTTPException(503, { message: 'the models are not ready' });
}

export function findVariant(service: Service, id: string): Variant {
  const variants = service.variants();
  const variant = variants.find((one) => one.id === id);
  if (variant !== undefined) return variant;
  throw new UnknownModel(
    id,
    variants.map((one) => one.id),
  );
}

export function v2Classify(
  reader: Reader,
  c: Context<ServerEnv>,
  model: string,
  request: z.output<typeof inferRequest>,
): Promise<z.output<typeof inferResponse>> {
  return reader.use(c, model, async (variant, read, readTokens) => {
    const inputs = readInputs(variant, request.inputs);
    const readings = 'texts' in inputs ? await read(inputs.texts) : await readTokens(inputs.tokens);
    const { labels, rule } = variant;
    const data: Record<OutputName, () => Output['data']> = {
      label: () => readings.map((reading) => answerOf(variant, reading).label),
      scores: () => readings.flatMap(({ logits }) => [...softmax(logits, labels.length, rule.temperature)]),
      logits: () => readings.flatMap(({ logits }) => [...logits]),
      abstained: () => readings.map((reading) => answerOf(variant, reading).abstained),
    };
    const asked = request.outputs?.map(({ name }) => name) ?? outputNames;
    return {
      model_name: variant.id,
      model_version: variant.sha256,
      ...(request.id === undefined ? {} : { id: request.id }),
      outputs: asked.map((name) => ({
        name,
        shape: outputs[name].perLabel ? [readings.length, labels.length] : [readings.length],
        datatype: outputs[name].datatype,
        data: data[name](),
      })),
    };
  });
}
