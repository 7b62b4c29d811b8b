import type { Executor, Session, SessionOptions } from '@retort/runtime';
import { type Batch, tokensAtOnce } from '../data/batches.ts';
import type { EngineOptions } from './engine.ts';
import { names } from './graphs.ts';

/** The compiled graph of a training. */
export interface TrainingSessions {
  /** The one for a batch of this shape. */
  for(batch: Pick<Batch, 'size' | 'length'>): Promise<Session>;
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
  return {
    for: ({ size, length }) =>
      executor.name === 'openvino' && size === fullSize && length === maxTokens ? fixed.get() : any.get(),
    close: async () => {
      await any.close();
      await fixed.close();
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
    close: async () => (await session)?.close(),
  };
}
