import { z } from 'zod';

/** What the stage `quantize` learnt of a model, in `retort.json`. */
export const quantizationSettingsSchema = z.object({
  /** Such as `dynamic-int8`. */
  recipe: z.string(),
  /** How embedding tables are stored: `int8`, `int4` or `fp32`. */
  embeddings: z.string(),
  /** Whether all int8 weights have 7 bits. */
  reduceRange: z.boolean(),
  /** The layers that the gate left in float32, in the order in which it did. */
  kept: z.array(z.string()),
  /** By how much the probability of a label moves with what a text is batched with, against the text alone. */
  company: z.object({
    largest: z.number().min(0).max(1),
    /** 99 % of the changes are at most this. */
    p99: z.number().min(0).max(1),
    /** Inputs that were measured. */
    n: z.int().min(0),
  }),
  cpu: z.object({
    /**
     * Whether no sum of two products of uint8 and the model's int8 weights exceeds 16 bits: then every processor computes the same. A
     * model for which it is false gives other logits on x86 processors with AVX2 or AVX-512 but without VNNI.
     */
    saturationSafe: z.boolean(),
    /** The file of the same folder, such as `onnx/model_quantized_reduced.onnx`, that is safe where this one is not. */
    twin: z.string().optional(),
    /** The machine on which the gate measured: the telling instruction sets, and whether it saturates. */
    measuredOn: z.object({ flags: z.array(z.string()), saturates: z.boolean() }),
  }),
});

/** `alone`: a text's probabilities depend on what it is batched with, so each input runs alone. `any`: they do not. */
export const batchPolicies = ['alone', 'any'] as const;
export type BatchPolicy = (typeof batchPolicies)[number];
export type QuantizationSettings = z.output<typeof quantizationSettingsSchema>;

/** The part of a model's settings that the functions below read. */
interface Settings {
  readonly batch?: BatchPolicy;
  readonly quantization?: QuantizationSettings;
}

/** The names that fp32 and fp16 models have in folders of Hugging Face's layout. Their answers do not depend on company or processor. */
const floatFile = /(^|\/)model(_fp16)?\.onnx$/;

/**
 * How a model's inputs may be batched: what `retort.json` says. A folder that does not say it, as others make them, may batch if its file is a
 * float one by its name; of a quantized one nobody has measured it, so its inputs run alone.
 *
 * @param file the ONNX file that runs, relative to the model folder
 */
export function batchPolicy({ batch, quantization }: Settings, file: string): BatchPolicy {
  return batch ?? (quantization === undefined && floatFile.test(file) ? 'any' : 'alone');
}

/** Which file of a model folder a machine should run, and what whoever runs it must be told. */
export interface FileChoice {
  /** Relative to the model folder. */
  readonly file: string;
  readonly warning?: string;
}

/**
 * The file to run instead of `file` on a machine: the model's twin with 7-bit weights where sums of uint8 x int8 products saturate and
 * the model is not safe from that; a warning where it has no twin, or nobody has looked whether it is safe.
 *
 * @param file relative to the model folder
 * @param saturates what `saturates()` of packages/runtime says of this machine
 */
export function fileForMachine({ quantization }: Settings, file: string, saturates: boolean): FileChoice {
  if (!saturates || quantization?.cpu.saturationSafe === true) return { file };
  if (quantization?.cpu.twin !== undefined) return { file: quantization.cpu.twin };
  if (quantization === undefined && floatFile.test(file)) return { file };
  return {
    file,
    warning:
      `this processor saturates sums of 8-bit products (AVX2 or AVX-512 without VNNI). Retort runs ${file} by slower kernels that are exact; ` +
      'other programs may get other answers from it here. "quantization": { "twin": true } makes a model that is fast and the same everywhere',
  };
}

/**
 * Whether a file of a model folder gives the same on processors that saturate sums of uint8 x int8 products, so that nobody needs to ask for exact
 * ones there, which come of slower kernels. False where nobody has measured it.
 *
 * @param file relative to the model folder
 */
export function isSafeFromSaturation({ quantization }: Settings, file: string): boolean {
  return quantization !== undefined && (quantization.cpu.saturationSafe || file === quantization.cpu.twin);
}
