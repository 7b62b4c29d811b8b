import type { QueuedModel } from './queued-model.ts';

/** Milliseconds of a token, until the model has run. */
export const firstPace = 0.2;
/** What the runs before count for beside the newest. */
const memory = 0.95;

/** How long runs of each model take, by those that it has had. */
export class Paces {
  /** What the last runs of a model took, those before them counting for less and less. */
  readonly #ran = new WeakMap<QueuedModel, { ms: number; tokens: number }>();

  /** Milliseconds that a run of so many tokens takes, by what others of the model took. */
  cost(model: QueuedModel, tokens: number): number {
    const ran = this.#ran.get(model);
    return tokens * (ran === undefined ? firstPace : ran.ms / ran.tokens);
  }

  /** A run has taken so long. */
  learn(model: QueuedModel, tokens: number, ms: number): void {
    const before = this.#ran.get(model) ?? { ms: 0, tokens: 0 };
    const atLeast = Number.EPSILON; // A clock may be too coarse for a small model.
    this.#ran.set(model, { ms: before.ms * memory + Math.max(ms, atLeast), tokens: before.tokens * memory + tokens });
  }
}
