import { z } from 'zod';
import { longTextPolicies } from '../tokenizer/long-texts.ts';
import { dataSchema } from './data-schema.ts';
import { lossesSchema } from './losses-schema.ts';
import { quantizationSchema } from './quantization-schema.ts';
import { evaluationSchema, reportSchema } from './report-schema.ts';
import { weightsSchema } from './weights.ts';

/**
 * The peak rate where the file names none. 5e-5 is for weights that have learned something: a checkpoint's, or a teacher's for its student
 * (Devlin et al. 2019 fine-tune with 2e-5 to 5e-5). From random weights so small a step leads nowhere in a few epochs; deep models want smaller
 * ones than shallow models do (BERT-base was pretrained at 1e-4).
 */
export const learningRates = { learned: 5e-5, random: 3e-4, randomDeep: 1e-4 } as const;

/** The layers from which a model is deep. */
const deep = 8;

const training = z.strictObject({
  epochs: z.int().positive().default(3),
  batchSize: z.int().positive().default(16).describe('texts in a batch'),
  accumulation: z
    .int()
    .positive()
    .default(1)
    .describe('batches whose gradients make one step: the memory of one batch, the step of so many'),
  patience: z
    .int()
    .positive()
    .optional()
    .describe('epochs without a better validation result after which training stops; without it, all epochs run'),
  learningRate: z
    .number()
    .positive()
    .optional()
    .describe(
      `at its peak; by default ${learningRates.learned}; of a model that starts from random weights ${learningRates.random}, ` +
        `and ${learningRates.randomDeep} from ${deep} layers on`,
    ),
  warmup: z.number().min(0).max(1).default(0.1).describe('share of the steps in which the learning rate rises'),
  weightDecay: z.number().min(0).default(0.01),
  clipNorm: z.number().positive().default(1).describe('largest global norm of the gradient'),
  dropout: z.number().min(0).lt(1).default(0.1),
  classWeights: z
    .union([z.literal('balanced'), z.record(z.string(), z.number().positive())])
    .optional()
    .describe(
      'what a text counts in the loss, by its label: "balanced" for labels that count alike however many texts they have, or label -> weight, 1 for labels that are not named',
    ),
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe("share of a text's label that is spread evenly over all labels"),
  layerDecay: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe(
      'factor on the learning rate from each layer to the one below it: the head learns at the full rate, the embeddings the slowest',
    ),
  freeze: z
    .union([z.literal('embeddings'), z.int().positive()])
    .optional()
    .describe('what is not trained: "embeddings", or a number N for the embeddings and the N lowest layers'),
});

const teacher = z.strictObject({
  weights: weightsSchema
    .default('random')
    .describe(
      'where the weights start: "random"; a model of the hub, such as "bert-base-uncased", "org/name@revision" or { "model", "revision" }; or the folder of one, relative to the experiment folder ("./", "../"), or to the workspace with a leading "/"',
    ),
  layers: z.int().positive().optional().describe('for random weights, 12; otherwise the checkpoint says it'),
  hidden: z.int().positive().optional().describe('for random weights, 768; otherwise the checkpoint says it'),
  heads: z.int().positive().optional().describe('for random weights, 12; otherwise the checkpoint says it'),
  intermediate: z.int().positive().optional().describe('for random weights, 3072; otherwise the checkpoint says it'),
  training: training.prefault({}),
});

const student = z.strictObject({
  weights: weightsSchema
    .default('teacher')
    .describe(
      'where the weights start: "teacher", from some of its layers; "random", for another width than the teacher\'s; or a model of the hub or a folder, as for the teacher',
    ),
  layers: z
    .int()
    .positive()
    .optional()
    .describe('from the teacher or random, 6 by default; otherwise the checkpoint says it'),
  hidden: z.int().positive().optional().describe("for random weights, the teacher's by default"),
  heads: z.int().positive().optional().describe("for random weights, the teacher's by default"),
  intermediate: z.int().positive().optional().describe('for random weights, 4 x hidden by default'),
  from: z
    .union([z.enum(['every-other', 'lower', 'last']), z.array(z.int().min(0)).min(1)])
    .optional()
    .describe("the teacher's layers that the student starts from (default: every-other), or their numbers from 0"),
  augmentation: z
    .strictObject({
      mask: z.number().min(0).lt(1).default(0).describe('share of the tokens that [MASK] stands for'),
      drop: z.number().min(0).lt(1).default(0).describe('share of the tokens that are left out'),
    })
    .optional()
    .describe('changes the texts anew in each epoch; the teacher labels what the student reads'),
  training: training.prefault({}),
});

/** The file `experiment.json`. Every key but `data` has a default; an unknown key is refused. */
export const experimentSchema = z.strictObject({
  $schema: z.string().optional(),
  description: z.string().optional(),
  seed: z.int().min(0).default(1),
  seeds: z
    .array(z.int().min(0))
    .min(2)
    .optional()
    .describe('trains with each of these seeds, on one split: for means with intervals. `seed` is one of them'),
  data: dataSchema,
  maxTokens: z.int().min(8).max(512).default(512).describe('longest input of the models, [CLS] and [SEP] included'),
  longTexts: z
    .enum(longTextPolicies)
    .default('windows')
    .describe(
      'what is read of a text longer than maxTokens: "windows" (in training a random one each epoch, elsewhere the mean logit of as many as cover it), "head" (its beginning) or "head_tail" (a quarter beginning, the rest end)',
    ),
  hygiene: z
    .boolean()
    .default(true)
    .describe(
      'whether models read texts without characters of no width and with look-alikes of Latin letters made Latin, in training and ever after',
    ),
  teacher: teacher.prefault({}),
  student: student.prefault({}),
  losses: lossesSchema.prefault({}),
  quantization: quantizationSchema.prefault({}),
  report: reportSchema.prefault({}),
  evaluations: z
    .array(evaluationSchema)
    .default([])
    .describe('further files that the report scores all models on, beside the test split'),
});

type ParsedConfig = z.output<typeof experimentSchema>;
export type TrainingConfig = z.output<typeof training> & { learningRate: number };
/** An experiment with every default filled in. */
export type ExperimentConfig = Omit<ParsedConfig, 'teacher' | 'student'> & {
  teacher: ParsedConfig['teacher'] & { training: TrainingConfig };
  student: ParsedConfig['student'] & { training: TrainingConfig };
};
export type SourceConfig = ExperimentConfig['data']['sources'][number];
export type UnlabelledSourceConfig = ExperimentConfig['data']['unlabelled'][number];
export type EvaluationConfig = ExperimentConfig['evaluations'][number];
export type StudentConfig = ExperimentConfig['student'];

/** BERT-base: the size of a teacher that starts from random weights, where the file says nothing else. */
export const teacherDefaults = { layers: 12, hidden: 768, heads: 12, intermediate: 3072 } as const;
/** What a student that starts from its teacher's layers takes of them, where the file says nothing else. */
export const studentDefaults = { layers: 6, from: 'every-other' } as const;

/** The share of the test split, where no groups are named for it. */
const testShare = 0.2;

/** Fills in the defaults that depend on other keys: of a model's size a checkpoint decides for itself. */
export function withDependentDefaults(config: ParsedConfig): ExperimentConfig {
  const { seed, data, teacher, student, report, maxTokens } = config;
  const split = { seed, ...(data.split.testGroups === undefined ? { test: testShare } : {}), ...data.split };
  return {
    ...config,
    data: { ...data, split },
    teacher: withLearningRate(teacher.weights === 'random' ? { ...teacherDefaults, ...teacher } : teacher),
    student: withLearningRate(withStudentDefaults(student)),
    report: report.lengths.length === 0 ? { ...report, lengths: defaultLengths(maxTokens) } : report,
  };
}

function defaultLengths(maxTokens: number): number[] {
  return maxTokens < 128 ? [maxTokens] : [128, 256, 512].filter((length) => length <= maxTokens);
}

function withLearningRate<T extends ParsedConfig['teacher' | 'student']>(model: T): T & { training: TrainingConfig } {
  const random = (model.layers ?? 0) < deep ? 'random' : 'randomDeep';
  const learningRate = learningRates[model.weights === 'random' ? random : 'learned'];
  return { ...model, training: { ...model.training, learningRate: model.training.learningRate ?? learningRate } };
}

function withStudentDefaults(student: ParsedConfig['student']): ParsedConfig['student'] {
  if (student.weights === 'teacher') return { ...studentDefaults, ...student };
  return student.weights === 'random' ? { layers: studentDefaults.layers, ...student } : student;
}

/** The JSON schema that editors use, as text. */
export function experimentJsonSchema(): string {
  const schema = z.toJSONSchema(experimentSchema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
