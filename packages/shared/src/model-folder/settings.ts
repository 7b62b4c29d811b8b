import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { hygieneVersion } from '../hygiene/index.ts';
import { type DecisionRule, plainRule } from '../metrics/decision.ts';
import { longTextPolicies } from '../tokenizer/long-texts.ts';
import { batchPolicies, quantizationSettingsSchema } from './quantization.ts';

/** What a model folder of ours holds beside the files of Hugging Face's layout: how the model reads texts and decides. */
export const modelSettingsFile = 'retort.json';

const calibrationSchema = z.object({
  /** The logits are divided by it before the softmax. */
  temperature: z.number().positive(),
  /** Of two labels, `label` (its name) is the answer where its probability is at least `value`. Without it, the most probable one is. */
  threshold: z.object({ label: z.string(), value: z.number().min(0).max(1) }).optional(),
  /**
   * The model abstains on answers whose margin (log-odds) is below `margin`, and on texts of fewer tokens than `minTokens`. On the texts
   * that it was fitted on, `answered` is the share of those left, `accuracy` that of the right ones among them. Without it, the model never
   * abstains.
   */
  abstention: z
    .object({
      margin: z.number().nonnegative(),
      minTokens: z.int().nonnegative(),
      answered: z.number().min(0).max(1),
      accuracy: z.number().min(0).max(1).nullable(),
    })
    .optional(),
  /** The texts that all of it was fitted on; the sha256 is of the split's file. */
  fittedOn: z.object({ split: z.string(), n: z.int().positive(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
});

const settingsSchema = z.object({
  format: z.literal(1),
  longTexts: z.enum(longTextPolicies),
  /** Longest input, `[CLS]` and `[SEP]` included. */
  maxTokens: z.int().min(3),
  /** By which rules `cleanText` prepares texts; without it, they are read as they are. */
  hygiene: z.literal(hygieneVersion).optional(),
  calibration: calibrationSchema.optional(),
  /** Whether inputs may be batched; `batchPolicy` says what holds where it is missing. */
  batch: z.enum(batchPolicies).optional(),
  /** Of quantized models. */
  quantization: quantizationSettingsSchema.optional(),
});

export type Calibration = z.output<typeof calibrationSchema>;
export type ModelSettings = Readonly<Omit<z.output<typeof settingsSchema>, 'format'>>;

/** The content of `retort.json`. */
export function modelSettingsJson(settings: ModelSettings): string {
  const { longTexts, maxTokens, hygiene, calibration, batch, quantization } = settings;
  const content: z.output<typeof settingsSchema> = {
    format: 1,
    longTexts,
    maxTokens,
    hygiene,
    calibration,
    batch,
    quantization,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/**
 * Reads `retort.json`. A folder without it, as others make them, reads the first `maxTokens` tokens and answers with the most probable
 * label. A UserError if the file is damaged or of another format.
 */
export function readModelSettings(folder: string, maxTokens: number): ModelSettings {
  const path = join(folder, modelSettingsFile);
  if (!existsSync(path)) return { longTexts: 'head', maxTokens };
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw damaged(path, `the file is not JSON: ${(cause as Error).message}`, undefined, cause);
  }
  const result = settingsSchema.safeParse(json);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw damaged(path, issue.message, issue.path.join('.'), result.error);
  }
  const { format: _, ...settings } = result.data;
  return settings;
}

/** How a model with these settings decides. `labels`: its label names, in the order of the logits. */
export function decisionRule({ calibration }: ModelSettings, labels: readonly string[], folder: string): DecisionRule {
  if (calibration === undefined) return plainRule;
  const { temperature, threshold } = calibration;
  if (threshold === undefined) return { temperature };
  const label = labels.indexOf(threshold.label);
  if (label < 0 || labels.length !== 2) {
    const path = join(folder, modelSettingsFile);
    throw damaged(
      path,
      `a threshold for "${threshold.label}" does not fit a model of the labels ${labels.join(', ')}`,
      'calibration.threshold',
    );
  }
  return { temperature, threshold: { label, value: threshold.value } };
}

function damaged(path: string, what: string, field?: string, cause?: unknown): UserError {
  return new UserError(what, {
    place: { file: relative(process.cwd(), path), field },
    remedy:
      'restore the file from the model that it belongs to, or remove it: then only the beginning of a text is read, and the most probable label is the answer',
    cause,
  });
}
