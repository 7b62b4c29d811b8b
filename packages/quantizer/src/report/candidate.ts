import { relative, sep } from 'node:path';
import type { DeviceName } from '@retort/runtime';
import { type DecisionRule, isSafeFromSaturation } from '@retort/shared';
import type { Reader } from './read-texts.ts';
import type { Figures, ModelResult } from './results.ts';

/** A model to be compared. */
export interface Candidate
  extends Reader,
    Pick<ModelResult, 'name' | 'architecture' | 'weights' | 'parameters' | 'bytes'> {
  /** How it decides. */
  readonly rule: DecisionRule;
  /** Absolute path of the ONNX file. */
  readonly file: string;
  readonly batch: ModelResult['usage']['batch'];
  /** What it runs on, where that is not the report's own runtime. */
  readonly device?: DeviceName;
}

/** Whether its sessions must ask for exact products, as in the server: not where the model is the same without, and faster. */
export function exactProductsOf({ folder, file, settings }: Candidate): boolean {
  return !isSafeFromSaturation(settings, relative(folder, file).split(sep).join('/'));
}

/** What the report tells of a model: its scores on the test split and what was measured. */
export function toModelResult(
  { name, architecture, weights, parameters, bytes, settings, batch }: Candidate,
  figures: Figures,
  measured: Pick<ModelResult, 'latency' | 'mix' | 'resources' | 'robustness' | 'runtime'>,
): ModelResult {
  const { longTexts, maxTokens, hygiene, calibration } = settings;
  const { n, accuracy, accuracyInterval, accuracyByArgmax, retention, loss, calibrationError } = figures;
  const { macroF1, auroc, truePositiveRate, mcnemar } = figures;
  return {
    name,
    architecture,
    weights,
    usage: {
      longTexts,
      maxTokens,
      hygiene: hygiene ?? null,
      temperature: calibration?.temperature ?? 1,
      threshold: calibration?.threshold ?? null,
      batch,
    },
    ...{ n, accuracy, accuracyInterval, accuracyByArgmax, retention, loss, calibrationError },
    ...{ macroF1, auroc, truePositiveRate, mcnemar },
    quantization: settings.quantization ?? null,
    parameters,
    bytes,
    ...measured,
  };
}
