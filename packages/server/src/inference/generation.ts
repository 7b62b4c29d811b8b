import type { SessionPool } from '@retort/runtime';
import { type Candidate, type CandidateOptions, prepareCandidate } from './candidate.ts';
import type { QueuedModel } from './queued-model.ts';
import type { TokenizerThread } from './tokenizer-client.ts';

/** A model folder as it was at one time, open in all workers. It is closed when it is retired and nobody uses it any more. */
export interface Generation {
  readonly details: Candidate['details'];
  readonly tokenizer: Candidate['tokenizer'];
  readonly queued: QueuedModel;
  /** Until the function that comes back is called, it stays open. */
  use(): () => void;
  retire(): void;
}

export interface Engine {
  readonly pool: SessionPool;
  readonly tokenizers: TokenizerThread;
  /** Of generations that nobody uses any more: settle when they are closed. */
  readonly closings: Set<Promise<void>>;
}

/** Reads, compiles, tries and opens a model folder; a UserError if it cannot be served. */
export async function openGeneration(
  located: Parameters<typeof prepareCandidate>[0],
  { pool, tokenizers, closings }: Engine,
  options: CandidateOptions,
): Promise<Generation> {
  const { details, tokenizer, queued, open, discard } = await prepareCandidate(located, options);
  const close = async () => {
    tokenizers.forget(queued.key);
    await pool.close(queued.key);
    await discard();
  };
  try {
    await tokenizers.load(queued.key, tokenizer);
    await pool.open(queued.key, open);
  } catch (error) {
    await close();
    throw error;
  }
  let users = 1; // The service itself, until it retires it.
  const release = () => {
    if (--users > 0) return;
    const closing = close().finally(() => closings.delete(closing));
    closings.add(closing);
  };
  return {
    details,
    tokenizer,
    queued,
    use() {
      users++;
      return once(release);
    },
    retire: once(release),
  };
}

function once(action: () => void): () => void {
  let called = false;
  return () => {
    if (!called) action();
    called = true;
  };
}
