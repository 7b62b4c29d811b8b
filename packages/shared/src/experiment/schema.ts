import { z } from 'zod';

/** One CSV file, and which of its columns hold what. */
const source = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe('CSV file, relative to the experiment folder; or to the workspace, with a leading "/"'),
  text: z.string().min(1).default('text').describe('column of the text'),
  label: z.string().min(1).default('label').describe('column of the label'),
  group: z.string().min(1).optional().describe('column whose equal values stay in one split, such as the prompt'),
  source: z.string().min(1).optional().describe('column that names where a text comes from; without it, the file name'),
  labels: z
    .record(z.string(), z.string().min(1))
    .optional()
    .describe('value in the file -> label name; without it, the values are the names'),
});

const data = z.strictObject({
  sources: z.array(source).min(1),
  labels: z.array(z.string().min(1)).min(2).describe('label names, in the order of the logits'),
  split: z
    .strictObject({
      validation: z.number().gt(0).lt(0.5).default(0.15).describe('share of the texts'),
      test: z.number().gt(0).lt(0.5).default(0.2).describe('share of the texts'),
    })
    .prefault({}),
  duplicates: z
    .strictObject({
      threshold: z
        .number()
        .gt(0)
        .max(1)
        .default(0.8)
        .describe('Jaccard similarity of word 3-grams from which two texts are one'),
    })
    .prefault({}),
  maxTextLength: z.int().positive().default(100_000).describe('longest text, in characters; a longer one is refused'),
});

const training = z.strictObject({
  epochs: z.int().positive().default(3),
  batchSize: z.int().positive().default(16).describe('texts in a batch'),
  learningRate: z.number().positive().default(5e-5).describe('at its peak'),
  warmup: z.number().min(0).max(1).default(0.1).describe('share of the steps in which the learning rate rises'),
  weightDecay: z.number().min(0).default(0.01),
  clipNorm: z.number().positive().default(1).describe('largest global norm of the gradient'),
  dropout: z.number().min(0).lt(1).default(0.1),
});

const teacher = z.strictObject({
  weights: z.literal('random').default('random').describe('where the weights start'),
  layers: z.int().positive().default(12),
  hidden: z.int().positive().default(768),
  heads: z.int().positive().default(12),
  intermediate: z.int().positive().default(3072),
  training: training.prefault({}),
});

const student = z.strictObject({
  layers: z.int().positive().default(6),
  from: z
    .union([z.enum(['every-other', 'lower', 'last']), z.array(z.int().min(0)).min(1)])
    .default('every-other')
    .describe("the teacher's layers that the student starts from, or their numbers from 0"),
  training: training.prefault({}),
});

const losses = z.strictObject({
  hard: z.number().min(0).default(0.5).describe('weight of the cross entropy with the labels'),
  soft: z.number().min(0).default(0.5).describe("weight of the divergence from the teacher's distribution"),
  temperature: z.number().positive().default(2),
});

const quantization = z.strictObject({
  recipe: z.literal('dynamic-int8').default('dynamic-int8'),
});

const report = z.strictObject({
  lengths: z.array(z.int().positive()).min(1).default([128]).describe('tokens of the texts whose latency is measured'),
  runs: z.int().min(10).default(100).describe('timed runs for each length'),
});

/** The file `experiment.json`. Every key but `data` has a default; an unknown key is refused. */
export const experimentSchema = z.strictObject({
  $schema: z.string().optional(),
  description: z.string().optional(),
  seed: z.int().min(0).default(1),
  data,
  maxTokens: z.int().min(8).max(512).default(512).describe('longest input of the models, [CLS] and [SEP] included'),
  teacher: teacher.prefault({}),
  student: student.prefault({}),
  losses: losses.prefault({}),
  quantization: quantization.prefault({}),
  report: report.prefault({}),
});

export type ExperimentConfig = z.output<typeof experimentSchema>;
export type SourceConfig = ExperimentConfig['data']['sources'][number];
export type TrainingConfig = z.output<typeof training>;
export type TeacherConfig = ExperimentConfig['teacher'];
export type StudentConfig = ExperimentConfig['student'];

/** The JSON schema that editors use, as text. */
export function experimentJsonSchema(): string {
  const schema = z.toJSONSchema(experimentSchema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
