import type { Executor, Session, SessionOptions } from '@retort/runtime';
import { type Batch, tokensAtOnce } from '../data/batches.ts';
import type { EngineOptions } from './engine.ts';
import { names } from './graphs.ts';

type BatchShape = Pick<Batch, 'size' | 'length'>;

/** The compiled graph of a training. */
export interface TrainingSessions {
  /** The one for a batch of this shape. */
  for(batch: BatchShape): Promise<Session>;
  /** Which one that is. */
  kindFor(batch: BatchShape): 'full' | 'any';
  close(): Promise<void>;
}

/**
 * OpenVINO fuses more of a graph whose shapes it knows. Full batches of texts of full length, which nearly all are where texts are read in windows, have such a graph of their own, compiled when
 * the first of them comes; others, and every batch of other executors, have one for all shapes: to compile one for each would take seconds, and the memory of its activations.
 */
export async function openTraining(
  executor: Executor,
  model: Uint8Array,
  options: SessionOptions,
  { batchSize, maxTokens }: Pick<EngineOptions, 'batchSize' | 'maxTokens'>,
): Promise<TrainingSessions> {
  const any = lazy(() => executor.open(model, options));
  // Which ids of the vocabulary a batch has changes in any case.
  const fixed = lazy(() => executor.open(model, { ...options, shapes: 'fixed', varying: [names.uniqueIds] }));
  const fullSize = Math.min(batchSize, Math.max(1, Math.floor(tokensAtOnce / maxTokens)));
  if (executor.name !== 'openvino') await any.get();
  const kindFor = ({ size, length }: BatchShape) =>
    executor.name === 'openvino' && size === fullSize && length === maxTokens ? 'full' : 'any';
  return {
    for: (batch) => (kindFor(batch) === 'full' ? fixed.get() : any.get()),
    kindFor,
    close: async () => {
      try {
        await any.close();
      } finally {
        await fixed.close();
      }
    },
  };
}

/** Opened when it is first asked for. */
function lazy(open: () => Promise<Session>) {
  let session: Promise<Session> | undefined;
  return {
    get: () => {
      session ??= open();
      return session;
    },
    /** One that could not be opened has nothing to close; whoever asked for it was told. */
    close: async () => (await session?.catch(() => undefined))?.close(),
  };
}
