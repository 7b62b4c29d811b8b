import { createRoute, z } from '@hono/zod-openapi';
import { longTextPolicies } from '@retort/shared';
import type { Context } from 'hono';
import type { ServerEnv } from '../http/environment.ts';
import { limitBody, readJsonBody } from '../http/json-body.ts';
import type { Reading, Variant } from '../inference/index.ts';
import { answerOf, rankedScores, type ScoreFilter } from './answer.ts';
import { explainSentences, type SentenceContribution } from './explain.ts';
import { limits } from './limits.ts';
import { inferenceProblems } from './problem.ts';
import type { Reader } from './reader.ts';

export const textSchema = z.string().max(limits.textLength).regex(/\S/, 'the text is blank');

const requestSchema = z
  .strictObject({
    text: textSchema.optional(),
    texts: z.array(textSchema).min(1).max(limits.texts).optional(),
    model: z.string().optional().openapi({ description: 'id out of /v1/models; default: chosen by the server' }),
    top_k: z.int().min(1).optional().openapi({ description: 'how many labels `scores` has at most; default: all' }),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .openapi({ description: 'labels of a lower score are left out of `scores`; `label` stays' }),
    truncate: z
      .enum([...longTextPolicies, 'error'])
      .optional()
      .openapi({
        description:
          'what is read of a text that is longer than the model reads at once: its beginning, beginning and end, all of it by windows, or ' +
          "the request is refused; default: the model's own way, of /v1/models, for which its calibration holds",
      }),
    return_tokens: z.boolean().optional().openapi({ description: 'whether the tokens are listed with their offsets' }),
    explain: z
      .literal('sentences')
      .optional()
      .openapi({ description: 'what each sentence adds, found by reading the text without it; for one `text`' }),
  })
  .refine(({ text, texts }) => (text === undefined) !== (texts === undefined), 'give either "text" or "texts"')
  .refine(({ explain, texts }) => explain === undefined || texts === undefined, {
    path: ['explain'],
    message: 'one text at a time can be explained: give "text"',
  })
  .openapi('ClassifyRequest', {
    oneOf: [{ required: ['text'] }, { required: ['texts'] }],
    example: { text: 'The committee met on Thursday to go through the figures once more.' },
  });

const offset = z.int().openapi({ description: 'in UTF-16 units of the text as it was sent', example: 0 });
const scoresSchema = z.record(z.string(), z.number());
const stretch = { start: offset, end: offset };

const windowSchema = z
  .object({
    ...stretch,
    gap: z.object(stretch).optional().openapi({ description: 'what is left out in it, by `head_tail`' }),
    tokens: z.int().openapi({ example: 15 }),
    scores: scoresSchema,
  })
  .openapi('Window');

const resultSchema = z
  .object({
    label: z.string().openapi({
      description: "the answer: the label with the highest score, or what the model's threshold says",
      example: 'human',
    }),
    scores: scoresSchema.openapi({
      description: "probability of each label, at the model's temperature, the highest first",
      example: { human: 0.93, ai: 0.07 },
    }),
    abstained: z.boolean().openapi({
      description:
        'the answer is inside the band of uncertainty that was fitted on validation, or the text is too short to tell',
      example: false,
    }),
    abstained_because: z.enum(['short', 'uncertain']).optional().openapi({
      description:
        'why, where it abstained: `short`, the text has fewer tokens than those that the model was validated on; `uncertain`, the answer is inside the band',
    }),
    tokens: z
      .int()
      .openapi({ description: 'tokens of the text that the model read, [CLS] and [SEP] included', example: 15 }),
    truncated: z.boolean().openapi({ description: 'whether a part of the text was not read', example: false }),
    normalized: z
      .array(z.object({ what: z.string(), count: z.int() }))
      .openapi({ description: 'what was changed before the text was read, and how often', example: [] }),
    windows: z.array(windowSchema).openapi({
      description: 'the inputs that the model read; one for a short text, and of several the mean logits count',
    }),
    token_list: z
      .array(z.object({ ...stretch, id: z.int(), token: z.string() }))
      .optional()
      .openapi({ description: 'the tokens that were read, each once, without [CLS] and [SEP]; by `return_tokens`' }),
    sentences: z
      .array(z.object({ ...stretch, contributions: scoresSchema }).openapi('Sentence'))
      .optional()
      .openapi({
        description:
          'what each adds to the log-odds of each label, by `explain`: positive speaks for the label. ' +
          `Of more than ${limits.sentences} sentences, neighbours are taken together`,
      }),
  })
  .openapi('Classification');

const responseSchema = z
  .object({
    model: z.object({ id: z.string().openapi({ example: 'sample-quantize-student' }), sha256: z.string() }),
    results: z.array(resultSchema).openapi({ description: 'one a text, in the order of the texts' }),
  })
  .openapi('ClassifyResponse');

export type ClassifyResponse = z.output<typeof responseSchema>;
type ClassifyRequest = z.output<typeof requestSchema>;

export const classifyRoute = createRoute({
  method: 'post',
  path: '/v1/classify',
  tags: ['classify'],
  summary: 'Labels for one text or several',
  description:
    'Give `text`, or `texts` for several. The answer has the same shape either way. The header `Prefer: wait=SECONDS` says how long you ' +
    'wait; the answer tells in `Server-Timing` where its time went.',
  request: { body: { required: true, content: { 'application/json': { schema: requestSchema } } } },
  middleware: [limitBody, readJsonBody] as const,
  responses: {
    200: { description: 'The labels.', content: { 'application/json': { schema: responseSchema } } },
    ...inferenceProblems,
  },
});

export function classify(reader: Reader, c: Context<ServerEnv>, request: ClassifyRequest): Promise<ClassifyResponse> {
  const { text, texts = [], top_k: topK, threshold, truncate: policy, return_tokens: tokens } = request;
  const asked = text === undefined ? texts : [text];
  return reader.use(c, request.model, async (variant, read) => {
    const readings = await read(asked, { policy, tokens });
    const explained =
      request.explain === undefined
        ? undefined
        : await explainSentences(variant, asked[0], readings[0], read, { policy });
    return {
      model: { id: variant.id, sha256: variant.sha256 },
      results: readings.map((reading) => describe(variant, reading, { topK, threshold }, explained)),
    };
  });
}

function describe(
  variant: Variant,
  reading: Reading,
  filter: ScoreFilter,
  sentences: readonly SentenceContribution[] | undefined,
): ClassifyResponse['results'][number] {
  const { tokens, truncated, normalized, windows, tokenList } = reading;
  const { abstainedBecause: because, ...answer } = answerOf(variant, reading, filter);
  return {
    ...answer,
    ...(because === undefined ? {} : { abstained_because: because }),
    tokens,
    truncated,
    normalized: normalized.map(({ what, count }) => ({ what, count })),
    windows: windows.map(({ start, end, gap, tokens, logits }) => ({
      start,
      end,
      ...(gap === undefined ? {} : { gap: { ...gap } }),
      tokens,
      scores: Object.fromEntries(rankedScores(variant, logits, filter)),
    })),
    ...(tokenList === undefined ? {} : { token_list: tokenList.map((token) => ({ ...token })) }),
    ...(sentences === undefined ? {} : { sentences: sentences.map((sentence) => ({ ...sentence })) }),
  };
}
