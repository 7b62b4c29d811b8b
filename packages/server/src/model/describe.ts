import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type DecisionRule, decisionRule, type ModelSettings, readModelSettings, sha256File } from '@retort/shared';
import { type ModelConfig, readModelConfig } from './config.ts';
import type { LocatedModel } from './locate.ts';

/** All that is known of a model folder without running the model. */
export interface ModelDetails extends ModelConfig, ModelSettings, LocatedModel {
  readonly run: LocatedModel['run'];
  /** Of the ONNX file. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** How logits become an answer. */
  readonly rule: DecisionRule;
}

/** Reads a model folder; a UserError if its files are no text classifier's. */
export async function readModelDetails(model: LocatedModel): Promise<ModelDetails> {
  const path = join(model.folder, model.onnxFile);
  const config = readModelConfig(model.folder);
  const settings = readModelSettings(model.folder, config.maxTokens);
  return {
    ...config,
    ...settings,
    ...model,
    run: model.run,
    maxTokens: Math.min(config.maxTokens, settings.maxTokens),
    rule: decisionRule(settings, config.labels, model.folder),
    sha256: await sha256File(path),
    sizeBytes: statSync(path).size,
  };
}
