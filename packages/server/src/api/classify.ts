import { createRoute, z } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import type { Classifier } from '../model/classifier.ts';
import { problem, problemResponse } from './problem.ts';

/** What one request may ask for. */
export const limits = { bodyBytes: 1024 * 1024, texts: 32, textLength: 100_000 } as const;

const text = z.string().max(limits.textLength).regex(/\S/, 'the text is blank');

const requestSchema = z
  .strictObject({
    text: text.optional(),
    texts: z.array(text).min(1).max(limits.texts).optional(),
    model: z.string().optional().openapi({ description: 'id out of /v1/models; default: the first' }),
  })
  .refine(({ text, texts }) => (text === undefined) !== (texts === undefined), 'give either "text" or "texts"')
  .openapi('ClassifyRequest', {
    oneOf: [{ required: ['text'] }, { required: ['texts'] }],
    example: { text: 'The committee met on Thursday to go through the figures once more.' },
  });

const resultSchema = z
  .object({
    label: z.string().openapi({
      description: "the answer: the label with the highest score, or what the model's threshold says",
      example: 'human',
    }),
    scores: z.record(z.string(), z.number()).openapi({
      description: "probability of each label, at the model's temperature",
      example: { human: 0.93, ai: 0.07 },
    }),
    tokens: z
      .int()
      .openapi({ description: 'tokens of the text that the model read, [CLS] and [SEP] included', example: 15 }),
    windows: z.int().openapi({ description: 'in how many windows; their mean logits count', example: 1 }),
    truncated: z.boolean().openapi({ description: 'whether a part of the text was not read', example: false }),
  })
  .openapi('Classification');

const responseSchema = z
  .object({
    model: z.object({ id: z.string(), sha256: z.string() }),
    results: z.array(resultSchema).openapi({ description: 'one a text, in the order of the texts' }),
  })
  .openapi('ClassifyResponse');

export type ClassifyResponse = z.output<typeof responseSchema>;

export const classifyRoute = createRoute({
  method: 'post',
  path: '/v1/classify',
  summary: 'Labels for one text or several',
  description:
    'Give `text`, or `texts` for several. The answer has the same shape either way. A text longer than the model reads at ' +
    'once is read as the model says in /v1/models: by windows, or in part, which the answer tells with `truncated`.',
  request: { body: { required: true, content: { 'application/json': { schema: requestSchema } } } },
  middleware: bodyLimit({
    maxSize: limits.bodyBytes,
    onError: () => problemResponse(413, `the body is longer than ${limits.bodyBytes} bytes`),
  }),
  responses: {
    200: { description: 'The labels.', content: { 'application/json': { schema: responseSchema } } },
    400: problem('The body is not JSON.'),
    404: problem('No such model is served.'),
    413: problem(`The body is longer than ${limits.bodyBytes} bytes.`),
    415: problem('The body is not sent as application/json.'),
    422: problem('The body breaks its schema.'),
    500: problem('A defect of the server.'),
  },
});

export async function classify(
  model: Classifier,
  { text, texts = [] }: z.output<typeof requestSchema>,
  signal: AbortSignal,
): Promise<ClassifyResponse> {
  const results: ClassifyResponse['results'] = [];
  // One after the other: requests take turns at the model, and one with many texts gets no more of them.
  for (const one of text === undefined ? texts : [text]) {
    const result = await model.classify(one, signal);
    results.push({ ...result, scores: { ...result.scores } });
  }
  return { model: { id: model.id, sha256: model.sha256 }, results };
}
