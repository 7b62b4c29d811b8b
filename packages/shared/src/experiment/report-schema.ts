import { z } from 'zod';
import { sourceSchema } from './data-schema.ts';

/** What the report measures. */
export const reportSchema = z.strictObject({
  lengths: z
    .array(z.int().positive())
    .default([])
    .describe(
      'tokens of the texts whose latency is measured; by default 128, 256 and 512 as far as maxTokens allows, or maxTokens where that is less than 128',
    ),
  runs: z
    .int()
    .min(10)
    .default(100)
    .describe('most timed runs of a model for each length; slow models have fewer, ten at least'),
  models: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'folders of further models to compare, relative to the experiment folder; or to the workspace, with a leading "/"',
    ),
  runtimes: z
    .array(z.enum(['openvino']))
    .default([])
    .describe(
      'runtimes beside onnxruntime that the models are compared on, a row a model and runtime: fp32 files, and int8 files of the recipe "static-int8"',
    ),
  resources: z
    .boolean()
    .default(true)
    .describe('whether throughput, load time and memory are measured, each model in processes of its own'),
  robustnessTexts: z
    .int()
    .positive()
    .default(100)
    .describe('texts of the test split, drawn at random, that are read once more with each perturbation'),
});

/** A file of texts to evaluate on that no model has anything to do with. */
export const evaluationSchema = sourceSchema.omit({ group: true }).extend({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'letters, digits, - and _ make a name')
    .describe('what the report calls it'),
});
