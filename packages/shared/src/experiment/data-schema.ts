import { z } from 'zod';
import { delimiterPattern } from '../csv/delimiter.ts';

/** One CSV file, and which of its columns hold what. */
export const sourceSchema = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe('CSV file, relative to the experiment folder; or to the workspace, with a leading "/"'),
  text: z.string().min(1).default('text').describe('column of the text'),
  label: z.string().min(1).default('label').describe('column of the label'),
  group: z.string().min(1).optional().describe('column whose equal values stay in one split, such as the prompt'),
  source: z.string().min(1).optional().describe('column that names where a text comes from; without it, the file name'),
  labels: z
    .record(z.string(), z.string().min(1).nullable())
    .optional()
    .describe(
      'value in the file -> label name, or null for rows that are left out; values that are label names need not be named',
    ),
  delimiter: z
    .string()
    .regex(delimiterPattern, 'one character separates the fields: of ASCII, and no quote')
    .optional()
    .describe('what separates the fields of a line, such as ";" or "\\t"; by default ","'),
});

/** One CSV file of texts whose label nobody knows. */
const unlabelledSource = sourceSchema.pick({ path: true, text: true, source: true, delimiter: true }).extend({
  group: z
    .string()
    .min(1)
    .optional()
    .describe('column of the group, such as the prompt: texts of a group of validation or test are left out'),
});

/** Where the texts come from, and how they are split. */
export const dataSchema = z.strictObject({
  sources: z.array(sourceSchema).min(1),
  unlabelled: z
    .array(unlabelledSource)
    .default([])
    .describe('texts without a label, for distillation: copies of labelled texts are left out'),
  labels: z.array(z.string().min(1)).min(2).describe('label names, in the order of the logits'),
  split: z
    .strictObject({
      validation: z
        .number()
        .gt(0)
        .lt(0.5)
        .default(0.15)
        .describe('share of the texts; with testGroups, of those outside of these groups'),
      test: z
        .number()
        .gt(0)
        .lt(0.5)
        .optional()
        .describe('share of the texts; 0.2 by default. Not together with testGroups'),
      testGroups: z
        .array(z.string().min(1))
        .min(1)
        .optional()
        .describe('values of the group columns: the texts of these groups, and no others, are the test split'),
      seed: z
        .int()
        .min(0)
        .optional()
        .describe("what the split and the draw of maxTexts follow from; by default the experiment's seed"),
    })
    .prefault({}),
  maxTexts: z
    .strictObject({
      train: z.int().positive().optional().describe('most texts for training; without it, all'),
      validation: z.int().positive().optional().describe('most texts for validation; without it, all'),
      test: z.int().positive().optional().describe('most texts for the test; without it, all'),
    })
    .prefault({})
    .describe('for quick trials: takes at most so many texts of a split, drawn at random, each label by its share'),
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
