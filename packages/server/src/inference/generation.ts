import type { SessionPool } from '@retort/runtime';
import { type Candidate, type CandidateOptions, prepareCandidate } from './candidate.ts';
import type { TokenizerThread } from './tokenizer-client.ts';
import type { QueuedModel } from './turns.ts';

/** A model folder as it was at one time, open in all workers. It is closed when it is retired and nobody uses it any more. */
export interface Generation {
  readonly details: Candidate['details'];
  readonly tokenizer: Candidate['tokenizer'];
  readonly queued: QueuedModel;
  /** Until the function that comes back is called, it stays open. */
  use(): () => void;
  retire(): void;
  /** Settles when it is closed. */
  readonly closed: Promise<void>;
}

export interface Engine {
  readonly pool: SessionPool;
  readonly tokenizers: TokenizerThread;
}

/** Reads, compiles, tries and opens a model folder; a UserError if it cannot be served. */
export async function openGeneration(
  located: Parameters<typeof prepareCandidate>[0],
  { pool, tokenizers }: Engine,
  options: CandidateOptions,
): Promise<Generation> {
  const { details, tokenizer, queued, open, discard } = await prepareCandidate(located, options);
  const close = async () => {
    tokenizers.forget(queued.key);
    await pool.close(queued.key);
    await discard();
  };
  try {
    await tokenizers.load(queued.key, details.folder);
    await pool.open(queued.key, open);
  } catch (error) {
    await close();
    throw error;
  }
  let users = 1; // The service itself, until it retires it.
  let closed: () => void = () => undefined;
  const release = () => {
    if (--users === 0) void close().finally(closed);
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
    closed: new Promise((done) => {
      closed = done;
    }),
  };
}

function once(action: () => void): () => void {
  let called = false;
  return () => {
    if (!called) action();
    called = true;
  };
}
