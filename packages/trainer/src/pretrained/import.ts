import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@retort/shared';
import type { Model } from '../checkpoint/model-folder.ts';
import { openWeights, type StoredWeights } from '../checkpoint/shards.ts';
import { type ModelConfig, parseModelConfig } from '../model/config.ts';
import { headNames, type Parameter, type ParameterSpec, parameterSpecs, randomParameter } from '../model/parameters.ts';
import { canonicalNames } from './names.ts';
import { sinusoidalPositions } from './sinusoidal.ts';

/** A model out of a checkpoint, and what did not come from there or did not go in. */
export interface ImportedModel extends Model {
  /** Parameters of the head that start from random numbers. */
  readonly random: readonly string[];
  /** Tensors of the checkpoint, as it calls them, that the model has no place for: heads of other tasks. */
  readonly unused: readonly string[];
}

/**
 * Reads any BERT or DistilBERT checkpoint in Hugging Face form as a classifier of these labels. What its head lacks
 * starts from random numbers that follow from the seed, as does a classifier of another number of labels; anything else
 * that is missing, or has another shape than config.json says, is refused by name.
 */
export function importModel(folder: string, options: { labels: readonly string[]; seed: number }): ImportedModel {
  const configPath = join(folder, 'config.json');
  const { sinusoidalPositions: sinusoidal, ...stored } = parseModelConfig(readFileSync(configPath, 'utf8'), configPath);
  const config: ModelConfig = { ...stored, labels: options.labels };
  const weights = openWeights(folder);
  try {
    const names = canonicalNames(weights.names, config.architecture);
    const specs = parameterSpecs(config);
    const classifier = headNames[config.architecture].classifier;
    const fresh = hasOtherLabelCount(weights, names.get(`${classifier}.weight`), options.labels.length);
    const random: string[] = [];
    const missing: string[] = [];
    const parameters = new Map<string, Parameter>();
    for (const spec of specs) {
      const name = names.get(spec.name);
      if (name !== undefined && !(fresh && spec.name.startsWith(`${classifier}.`))) {
        checkShape(weights, name, spec);
        parameters.set(spec.name, weights.read(name));
      } else if (isOfHead(config, spec.name)) {
        parameters.set(spec.name, randomParameter(config, spec, options.seed));
        random.push(spec.name);
      } else if (sinusoidal === true && spec.name.endsWith('.position_embeddings.weight')) {
        parameters.set(spec.name, { shape: spec.shape, data: sinusoidalPositions(config.maxPositions, config.hidden) });
      } else {
        missing.push(spec.name);
      }
    }
    if (missing.length > 0) throw incomplete(weights, missing);
    const known = new Set(specs.map(({ name }) => name));
    const unused = [...names].filter(([canonical]) => !known.has(canonical)).map(([, name]) => name);
    return { config, parameters, random, unused };
  } finally {
    weights.close();
  }
}

/** What an import took and left, for people. */
export function describeImport({ parameters, random, unused }: ImportedModel): string {
  const parts = [`${parameters.size - random.length} tensors taken`];
  if (random.length > 0) parts.push(`${random.length} start from random numbers (${random.join(', ')})`);
  if (unused.length > 0) parts.push(`${unused.length} not used (${unused.join(', ')})`);
  return parts.join('; ');
}

function isOfHead({ architecture }: ModelConfig, name: string): boolean {
  const { dense, classifier } = headNames[architecture];
  return name.startsWith(`${dense}.`) || name.startsWith(`${classifier}.`);
}

function hasOtherLabelCount(weights: StoredWeights, name: string | undefined, count: number): boolean {
  return name !== undefined && weights.shape(name)[0] !== count;
}

function checkShape(weights: StoredWeights, name: string, { shape }: ParameterSpec): void {
  const stored = weights.shape(name);
  if (stored.join() === shape.join()) return;
  throw new UserError(`tensor "${name}" has shape [${stored}], config.json asks for [${shape}]`, {
    place: { file: weights.path },
    remedy: 'use weights and config.json of the same model',
  });
}

function incomplete(weights: StoredWeights, missing: readonly string[]): UserError {
  const shown = missing.slice(0, 5).join(', ');
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
  return new UserError(`the checkpoint has no ${shown}${more}`, {
    place: { file: weights.path },
    remedy: 'use weights and config.json of the same BERT or DistilBERT model',
  });
}
