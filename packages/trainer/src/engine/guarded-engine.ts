import type { Progress } from '@retort/shared';
import type { Batch } from '../data/batches.ts';
import type { Gradients, Targets, TrainingEngine } from './engine.ts';

/** Steps that are computed twice, of each graph that the fast engine has. */
export const watchedSteps = 3;
/** How far loss and norm may differ, relative to those of fp32. Losses of bf16 agree to 4 digits, norms to a per cent: more than this is no rounding. */
const tolerance = { loss: 0.02, norm: 0.1 } as const;

/** An engine and the one that takes its place if it drifts, for the same parameters. */
export interface GuardedEngines {
  readonly fast: TrainingEngine;
  /** Such as `bf16`. */
  readonly name: string;
  /** Such as `onnxruntime in fp32`. */
  readonly referenceName: string;
  /** Made for the watched steps, and closed when those of a graph were right. */
  makeReference(): Promise<TrainingEngine>;
  readonly progress: Progress;
  /** The reference has taken over. */
  onFallBack?(reason: string): void;
}

/**
 * Computes with a fast engine of low precision, and its first steps by a reference, too. If loss or norm of one drifts, the reference takes over for good, from that step on, and
 * a line says so.
 */
export class GuardedEngine implements TrainingEngine {
  readonly #engines: GuardedEngines;
  #active: TrainingEngine;
  #reference: TrainingEngine | undefined;
  /** Steps that were computed twice, by graph. */
  readonly #watched = new Map<string, number>();
  #fallback: string | undefined;
  #epoch: number | undefined;

  constructor(engines: GuardedEngines) {
    this.#engines = engines;
    this.#active = engines.fast;
  }

  startEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#active.startEpoch(epoch);
    this.#reference?.startEpoch(epoch);
  }

  async gradients(batch: Batch, targets: Targets, step: number): Promise<Gradients> {
    const graph = this.#engines.fast.graphFor?.(batch) ?? '';
    const watched = (this.#watched.get(graph) ?? 0) + 1;
    if (this.#fallback !== undefined || watched > watchedSteps) return this.#active.gradients(batch, targets, step);
    this.#watched.set(graph, watched);
    const reference = await this.#referenceEngine();
    const expected = await reference.gradients(batch, targets, step);
    const given = await this.#active.gradients(batch, targets, step);
    const drift = driftOf(given, expected);
    if (drift !== undefined) {
      const { name, referenceName } = this.#engines;
      await this.fallBack(`${name} is not used: ${drift}; training goes on by ${referenceName}`);
      return expected;
    }
    if (watched === watchedSteps) await this.#dropReference();
    return given;
  }

  logits(batch: Batch): Promise<Float32Array> {
    return this.#active.logits(batch);
  }

  fallback(): string | undefined {
    return this.#fallback;
  }

  async fallBack(reason: string): Promise<void> {
    const reference = await this.#referenceEngine();
    this.#engines.progress.line(`warning: ${reason}`);
    this.#engines.onFallBack?.(reason);
    await this.#active.close();
    this.#active = reference;
    this.#reference = undefined;
    this.#fallback = reason;
  }

  async close(): Promise<void> {
    await this.#dropReference();
    await this.#active.close();
  }

  async #referenceEngine(): Promise<TrainingEngine> {
    if (this.#reference === undefined) {
      this.#reference = await this.#engines.makeReference();
      if (this.#epoch !== undefined) this.#reference.startEpoch(this.#epoch);
    }
    return this.#reference;
  }

  async #dropReference(): Promise<void> {
    await this.#reference?.close();
    this.#reference = undefined;
  }
}

/** What differs by more than rounding; undefined where nothing does. Two numbers that are both not finite do not differ. */
function driftOf(given: Gradients, expected: Gradients): string | undefined {
  for (const [key, title] of [
    ['loss', 'the loss'],
    ['norm', "the gradient's norm"],
  ] as const) {
    const [value, right] = [given[key], expected[key]];
    if (!Number.isFinite(value) && !Number.isFinite(right)) continue;
    // Not "greater than": NaN is drift.
    if (Math.abs(value - right) <= tolerance[key] * Math.abs(right) + 1e-6) continue;
    return `${title} of a first step is ${value.toPrecision(5)} where fp32 gives ${right.toPrecision(5)}`;
  }
  return undefined;
}
