import { type Evaluation, evaluate, type MetricsLog } from '@retort/shared';
import { z } from 'zod';
import type { Parameters } from '../model/parameters.ts';
import { fill, found, withoutPrefix, withPrefix } from '../resume/arrays.ts';
import type { Snapshot } from '../resume/checkpoints.ts';
import { DamagedRecord, type RecordArray } from '../resume/record-file.ts';
import type { Learner } from './learner.ts';
import type { Speedometer } from './status.ts';

/** How far a training has come. */
export interface Standing {
  /** Steps done. */
  step: number;
  /** The epoch under way, from 1. */
  epoch: number;
  /** Steps done of this epoch, and the sum of their losses. */
  stepInEpoch: number;
  lossSum: number;
  best?: Best;
}

export interface Best {
  readonly epoch: number;
  readonly parameters: Parameters;
  /** Of the validation split: [texts, labels]. */
  readonly logits: Float32Array;
  readonly validation: Evaluation;
}

/** What changes as a training goes on, besides its standing. */
export interface Live {
  readonly parameters: Parameters;
  readonly learner: Pick<Learner, 'state' | 'restore' | 'fallback' | 'fallBack'>;
  readonly speed: Speedometer;
  readonly metrics: MetricsLog;
}

const stateSchema = z.object({
  step: z.int(),
  epoch: z.int(),
  stepInEpoch: z.int(),
  lossSum: z.number(),
  tokens: z.number(),
  milliseconds: z.number(),
  bestEpoch: z.int().optional(),
  /** Why the engine's stand-in computes. */
  fallback: z.string().optional(),
});

/**
 * Everything that a training needs to go on as if nothing had happened; undefined if a weight is no longer a number.
 * The arrays are the training's own: they have to be written before the next step. `atBest`: the weights are the best.
 */
export async function takeSnapshot(standing: Standing, live: Live, atBest: boolean): Promise<Snapshot | undefined> {
  // First, for it brings the parameters to where the training is.
  const optimizer = await live.learner.state();
  if (![...live.parameters.values()].every(({ data }) => isFinite32(data))) return undefined;
  const { best, ...place } = standing;
  const { tokens, milliseconds } = live.speed;
  const arrays = new Map<string, RecordArray>([
    ...withPrefix('weights.', dataOf(live.parameters)),
    ...withPrefix('optimizer.', optimizer),
    ['metrics', live.metrics.content()],
  ]);
  if (best !== undefined) {
    arrays.set('bestLogits', best.logits);
    if (!atBest) for (const [name, data] of withPrefix('best.', dataOf(best.parameters))) arrays.set(name, data);
  }
  const fallback = live.learner.fallback?.();
  return { state: { ...place, tokens, milliseconds, bestEpoch: best?.epoch, fallback }, arrays };
}

/** Puts a training back to where a snapshot was taken. */
export async function restoreSnapshot(
  { state, arrays }: Snapshot,
  live: Live,
  validation: { labels: Int32Array; labelCount: number },
): Promise<Standing> {
  const result = stateSchema.safeParse(state);
  if (!result.success) throw new DamagedRecord('its state has another form');
  const { tokens, milliseconds, bestEpoch, fallback, ...place } = result.data;
  for (const [name, { data }] of live.parameters) fill(data, arrays, `weights.${name}`);
  await live.learner.restore(withoutPrefix('optimizer.', arrays));
  if (fallback !== undefined) await live.learner.fallBack?.(fallback);
  live.speed.add(tokens, milliseconds);
  live.metrics.restore(Uint8Array.from(found(arrays, 'metrics')));
  if (bestEpoch === undefined) return place;

  const logits = Float32Array.from(found(arrays, 'bestLogits'));
  const parameters = copyParameters(live.parameters);
  if ([...arrays.keys()].some((name) => name.startsWith('best.'))) {
    for (const [name, { data }] of parameters) fill(data, arrays, `best.${name}`);
  }
  const evaluation = evaluate(logits, validation.labels, validation.labelCount);
  return { ...place, best: { epoch: bestEpoch, parameters, logits, validation: evaluation } };
}

export function copyParameters(parameters: Parameters): Parameters {
  return new Map([...parameters].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
}

function dataOf(parameters: Parameters): Map<string, RecordArray> {
  return new Map([...parameters].map(([name, { data }]) => [name, data]));
}

/** One pass without a branch: 0 times what is no finite number is NaN. */
function isFinite32(data: Float32Array): boolean {
  let zero = 0;
  for (let i = 0; i < data.length; i++) zero += 0 * data[i];
  return zero === 0;
}
