import type { Progress } from '@retort/shared';
import { mostTokens } from '../data/batches.ts';
import { stepGraph } from '../device/graphs.ts';
import { countParameters } from '../model/parameters.ts';
import { frozenParameters, parameterGroups } from '../optimizer/parameter-groups.ts';
import { activationBytes } from './activations.ts';
import { dropoutBytes, hasParts, lengthsFor, type MemoryQuestion, memorySize } from './estimate.ts';

/** Bytes, by what takes them. */
export type DeviceEstimate = Readonly<Record<'weights' | 'moments' | 'sums' | 'dropout' | 'activations', number>>;

/**
 * The memory of a graphics processor that trains with its weights and moments on it. With P parameters, T of them trained,
 * in float32:
 * - weights: 4 (P + T), and moments: 4 x 4 T, as they are before and after the step, for no buffer is read and written at once;
 * - sums: 2 x 4 T of gradients before and after a part, where a step has several;
 * - dropout: the pool that masks are cut out of;
 * - activations, gradients among them: the most that is alive at once in the graph of a step.
 *
 * What the driver adds to that, and how full the memory is already, WebGPU does not tell.
 */
export function estimateDeviceMemory({
  config,
  losses,
  settings,
  maxTokens,
  longestText,
}: MemoryQuestion): DeviceEstimate {
  const { batchSize, dropout, clipNorm } = settings;
  const parts = hasParts(settings, longestText);
  const frozen = frozenParameters(config, settings);
  const groups = parameterGroups(config, settings);
  const trained = countParameters(config, frozen);
  const { model } = stepGraph({ config, losses, dropout, frozen, groups, clipNorm }, parts);
  const lengths = lengthsFor(config, mostTokens(batchSize, longestText), longestText);
  return {
    weights: 4 * (countParameters(config) + trained),
    moments: 16 * trained,
    sums: parts ? 8 * trained : 0,
    dropout: dropoutBytes(config, settings, maxTokens),
    activations: activationBytes(model, lengths),
  };
}

export function announceDeviceMemory(progress: Progress, question: MemoryQuestion): void {
  const estimate = Object.entries(estimateDeviceMemory(question));
  const total = estimate.reduce((sum, [, bytes]) => sum + bytes, 0);
  const parts = estimate.map(([name, bytes]) => `${name} ${memorySize(bytes)}`);
  progress.line(`memory of the graphics processor: at least ${memorySize(total)} (${parts.join(', ')})`);
}
