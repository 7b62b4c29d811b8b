import { type TrainingConfig, UserError } from '@retort/shared';
import type { ModelConfig } from '../model/config.ts';
import { parameterSpecs } from '../model/parameters.ts';

/** How the optimizer treats one parameter. */
export interface ParameterGroup {
  readonly name: string;
  readonly weightDecay: number;
  /** Factor on the learning rate of the schedule. */
  readonly learningRateScale: number;
  /** Whether it stays as it is: without a gradient, without moments, without decay. */
  readonly frozen: boolean;
}

/** The part of a training's settings that treats parameters differently; layerDecay is 1 and nothing frozen by default. */
export type GroupSettings = Pick<TrainingConfig, 'weightDecay'> &
  Partial<Pick<TrainingConfig, 'layerDecay' | 'freeze'>>;

/**
 * Every parameter of a model, its word table included, in the order of the forward pass. Matrices and embeddings decay,
 * biases and layer norms do not.
 *
 * Layer-wise learning rates (Howard and Ruder 2018; for BERT Clark et al. 2020): with L layers and decay d, the head has
 * the scale 1 (as have the projections of a distillation), layer k (from 1, the lowest) d^(L - k + 1), the embeddings d^(L + 1).
 *
 * `freeze`: the embeddings; with a number N also the N lowest layers. Throws a UserError if that leaves no layer to train.
 */
export function parameterGroups(
  config: ModelConfig,
  { weightDecay, layerDecay = 1, freeze }: GroupSettings,
): ParameterGroup[] {
  if (typeof freeze === 'number' && freeze >= config.layers) {
    throw new UserError(`${freeze} layers are to be frozen, and the model has ${config.layers}`, {
      place: { field: 'training.freeze' },
      remedy:
        config.layers > 1 ? `freeze at most ${config.layers - 1}, or "embeddings"` : 'freeze "embeddings" at most',
    });
  }
  const deepestFrozen = freeze === undefined ? -1 : freeze === 'embeddings' ? 0 : freeze;
  return parameterSpecs(config).map(({ name, kind }) => {
    const depth = depthOf(name, config);
    return {
      name,
      weightDecay: kind === 'matrix' || kind === 'embedding' ? weightDecay : 0,
      learningRateScale: layerDecay ** (config.layers + 1 - depth),
      frozen: depth <= deepestFrozen,
    };
  });
}

/** Names of the parameters that stay as they are. */
export function frozenParameters(config: ModelConfig, settings: GroupSettings): ReadonlySet<string> {
  const frozen = parameterGroups(config, settings).filter((group) => group.frozen);
  return new Set(frozen.map(({ name }) => name));
}

/** 0 for the embeddings, k for layer k from 1, L + 1 for the head. */
function depthOf(name: string, config: ModelConfig): number {
  if (name.startsWith(`${config.architecture}.embeddings.`)) return 0;
  const layer = /\.layer\.(\d+)\./.exec(name);
  return layer === null ? config.layers + 1 : Number(layer[1]) + 1;
}
