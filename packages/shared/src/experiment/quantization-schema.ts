import { z } from 'zod';

/**
 * What a quantized model has to fulfil on the validation split, against its fp32 parent. `experiment.json` has it as `quantization.gate`; the
 * quantizer's commands take the same keys as options.
 */
export const gateSchema = z.strictObject({
  agreement: z
    .number()
    .gt(0)
    .max(1)
    .default(0.995)
    .describe(
      'least share of the validation texts to which the quantized model gives the same label as its fp32 parent. One other label is allowed on however few texts',
    ),
  accuracyLoss: z
    .number()
    .min(0)
    .lt(1)
    .default(0.002)
    .describe(
      'most accuracy on the validation split that quantizing may cost, as a share: 0.002 is 0.2 points. One text may be lost of however few',
    ),
  p: z
    .number()
    .min(0)
    .lt(1)
    .default(0.05)
    .describe(
      "a loss of accuracy with a smaller p by McNemar's exact test is refused, however small it is; 0 for no such test",
    ),
  meanLogitChange: z
    .number()
    .positive()
    .optional()
    .describe('most that a logit may change in the mean over texts and labels; without it, as much as it does'),
  largestLogitChange: z
    .number()
    .positive()
    .optional()
    .describe('most that any logit may change; without it, as much as it does'),
  mostKept: z
    .int()
    .min(0)
    .default(8)
    .describe(
      'if the model does not pass, its most sensitive layers stay in float32, one after the other until it does: at most so many',
    ),
  sensitivityTexts: z
    .int()
    .positive()
    .default(64)
    .describe('validation texts on which the layers are ranked by sensitivity, if the model does not pass'),
  company: z
    .number()
    .gt(0)
    .max(1)
    .default(0.01)
    .describe(
      'a model whose probabilities move by more than this with what a text is batched with is marked to run each text alone',
    ),
  companyTexts: z
    .int()
    .positive()
    .default(128)
    .describe('validation texts that are run alone and in company, to find by how much their probabilities move'),
});

/** What the gate holds a quantized model to. */
export type GateConfig = z.output<typeof gateSchema>;

/** How the models become smaller and faster. */
export const quantizationSchema = z.strictObject({
  recipe: z
    .enum(['dynamic-int8', 'static-int8', 'int8-weights', 'fixed-int8'])
    .default('fixed-int8')
    .describe(
      'what becomes int8: "fixed-int8" (weights and activations, ranges fixed by calibration, in the fused kernels of onnxruntime), "dynamic-int8" (ranges found in each run), "static-int8" (fixed ranges in the QDQ form that all runtimes know), "int8-weights" (the weights alone)',
    ),
  embeddings: z.enum(['int8', 'int4', 'fp32']).default('int8').describe('how embedding tables are stored'),
  reduceRange: z
    .boolean()
    .default(true)
    .describe(
      '7-bit weights in 8 bits: the model is as large and as fast, gives the same on all processors, and needs no slower kernels on CPUs with AVX2 or AVX-512 but without VNNI, where sums of 8-bit products saturate. false for the full range',
    ),
  calibrationTexts: z
    .int()
    .positive()
    .default(200)
    .describe(
      'texts of the validation split that "static-int8" and "fixed-int8" find their ranges on; at most half of it, so that the gate sees what texts lose whose values lie beyond',
    ),
  twin: z
    .boolean()
    .default(false)
    .describe(
      'where reduceRange is false: makes onnx/model_quantized_reduced.onnx too, the same with 7-bit weights, which the server takes on processors where sums of 8-bit products saturate. A machine that is such a one makes it in any case',
    ),
  portable: z
    .boolean()
    .default(false)
    .describe(
      "makes onnx/model_int8.onnx too, the same weights and ranges in ONNX's own operators, for runtimes other than onnxruntime",
    ),
  gate: gateSchema.prefault({}).describe('what a quantized model has to fulfil to leave the stage'),
});

export type QuantizationConfig = z.output<typeof quantizationSchema>;
