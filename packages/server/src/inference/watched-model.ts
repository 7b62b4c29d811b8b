import type { LocatedModel } from '../model/locate.ts';
import type { CandidateOptions } from './candidate.ts';
import { folderState } from './folder-state.ts';
import { type Engine, type Generation, openGeneration } from './generation.ts';
import { unlessAborted } from './unless-aborted.ts';

/** A model folder that may change: what is served of it, and what it looked like when it was last tried. */
export class WatchedModel {
  current: Generation;
  readonly #locate: () => Promise<LocatedModel>;
  readonly #engine: Engine;
  readonly #options: CandidateOptions;
  /** The folder's state that was tried last, well or in vain. */
  #tried: string | undefined;
  /** The state at the last look: a folder that is being written changes from look to look. */
  #seen: string | undefined;

  private constructor(
    current: Generation,
    state: string | undefined,
    locate: () => Promise<LocatedModel>,
    engine: Engine,
    options: CandidateOptions,
  ) {
    this.current = current;
    this.#tried = state;
    this.#seen = state;
    this.#locate = locate;
    this.#engine = engine;
    this.#options = options;
  }

  static async open(
    model: LocatedModel,
    locate: (() => Promise<LocatedModel>) | undefined,
    engine: Engine,
    options: CandidateOptions,
  ): Promise<WatchedModel> {
    const state = await unlessAborted(folderState(model.folder), options.signal);
    const generation = await openGeneration(model, engine, options);
    return new WatchedModel(generation, state, locate ?? (async () => model), engine, options);
  }

  /**
   * Looks at the folder. One that has changed, and looks as it did at the last look, is tried and served from then on. Returns whether it was; an
   * error if it cannot be served, which stays so until it changes again, or the signal's reason.
   */
  async refresh(): Promise<boolean> {
    const { signal } = this.#options;
    const state = await unlessAborted(folderState(this.current.details.folder), signal);
    const settled = state === this.#seen;
    this.#seen = state;
    if (!settled || state === undefined || state === this.#tried) return false;
    this.#tried = state;
    const next = await openGeneration(await unlessAborted(this.#locate(), signal), this.#engine, this.#options);
    const old = this.current;
    this.current = next;
    old.retire();
    return true;
  }
}
