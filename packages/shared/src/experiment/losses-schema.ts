import { z } from 'zod';

/** Layers that are compared: by the words of `student.from`, the teacher's layer for each of the student's, or pairs. */
const layers = z
  .union([
    z.enum(['every-other', 'lower', 'last']),
    z.array(z.int().min(0)).min(1),
    z.array(z.tuple([z.int().min(0), z.int().min(0)])).min(1),
  ])
  .optional()
  .describe(
    'which layers are compared: "every-other", "lower" or "last" of the teacher; the teacher\'s layer for each of the student; or pairs [student, teacher]; all from 0. By default the layers that the student started from, and every-other where it has weights of its own',
  );

const hiddenStates = z
  .strictObject({
    weight: z.number().min(0).default(1),
    distance: z.enum(['cosine', 'mse']).default('cosine').describe('1 - cosine, or the mean square of the differences'),
    tokens: z.enum(['all', 'cls']).default('all').describe('every token, or [CLS] alone, which costs next to nothing'),
    layers,
    embeddings: z.boolean().default(false).describe('compares what the embeddings give as well'),
  })
  .describe('what the layers give, of the student and of the teacher; a narrower student learns a map to its width');

const attention = z
  .strictObject({
    weight: z.number().min(0).default(1),
    distance: z
      .enum(['kl', 'mse'])
      .default('kl')
      .describe("divergence from the teacher's attention, or the mean square of the differences of the scores"),
    layers,
  })
  .describe('what each head attends to: student and teacher need equally many heads');

const relations = z
  .strictObject({
    weight: z.number().min(0).default(1),
    heads: z.int().positive().optional().describe("relation heads; by default the teacher's number of heads"),
    layer: z.int().min(0).optional().describe("the teacher's layer, from 0; by default its last one"),
  })
  .describe("MiniLMv2: how queries, keys and values of a layer of the teacher and of the student's last one relate");

/** The terms of the student's loss. */
export const lossesSchema = z.strictObject({
  hard: z.number().min(0).default(0.5).describe('weight of the cross entropy with the labels'),
  soft: z.number().min(0).default(0.5).describe("weight of the divergence from the teacher's distribution"),
  temperature: z.number().positive().default(2),
  hiddenStates: hiddenStates.optional(),
  attention: attention.optional(),
  relations: relations.optional(),
});

export type LossesConfig = z.output<typeof lossesSchema>;
/** Which layers a term compares. */
export type LayerMap = NonNullable<NonNullable<LossesConfig['attention']>['layers']>;
