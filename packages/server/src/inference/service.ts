import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SessionPool } from '@retort/runtime';
import type { CandidateOptions } from './candidate.ts';
import type { Reading, Service, ServiceObserver, Variant } from './contract.ts';
import { rejectionReason, ServiceClosing } from './errors.ts';
import type { Engine } from './generation.ts';
import { Reader } from './reader.ts';
import { openScratch } from './scratch.ts';
import type { ServiceOptions } from './service-options.ts';
import { TokenizerThread } from './tokenizer-client.ts';
import { Turns } from './turns.ts';
import { chooseVariant, labelOf, refuseEqualIds } from './variants.ts';
import { WatchedModel } from './watched-model.ts';
import { Watcher } from './watcher.ts';

/** Loads the models; a UserError if one cannot be served. */
export async function openService(options: ServiceOptions): Promise<Service> {
  const { variants: asked, device = 'cpu', nodeArguments = [], watchMs = 2000, tune = false, tuned } = options;
  const { signal } = options;
  signal?.throwIfAborted();
  refuseEqualIds(asked.map(({ model }) => model.id));
  // Before anything is started: it may fail.
  const scratch = await openScratch(options.scratch ?? join(tmpdir(), 'retort-serving'));
  const observers = new Set<ServiceObserver>();
  const tell = (call: (observer: ServiceObserver) => void) => {
    for (const observer of observers) call(observer);
  };
  const ids = new Map<string, string>(); // The pool's key of a model -> its id.
  const turns: Turns = new Turns(
    () => pool.wake(),
    ({ key }, size, tokens, ms) => {
      reader.ran(size * tokens, ms);
      tell((observer) => observer.batch?.({ model: ids.get(key) ?? key, size, tokens, ms }));
    },
  );
  const pool = new SessionPool(turns, {
    workers: options.workers ?? (device === 'cpu' || device === 'openvino' ? undefined : 1),
    express: options.express ?? (device === 'cpu' ? 1 : 0),
    kind: options.workerKind,
    device,
    nodeArguments,
    onRestart: (reason) => tell((observer) => observer.restarted?.({ reason })),
    onTerminated: options.onTerminated,
  });
  const tokenizers = new TokenizerThread(nodeArguments);
  const queueLimit = options.queueLimit ?? 128 * pool.size;
  const reader = new Reader(turns, tokenizers, queueLimit, pool.size);
  const engine: Engine = { pool, tokenizers, closings: new Set() };
  const stop = new AbortController();
  const candidates: CandidateOptions = { scratch, device, nodeArguments, tune, tuned, signal: stop.signal };

  const models: WatchedModel[] = [];
  const closing = () => stop.signal.aborted;
  let closed: Promise<void> | undefined;
  const watcher = new Watcher(() => refresh());
  const free = async () => {
    const ended = watcher.end();
    turns.end(new ServiceClosing());
    tokenizers.end(new ServiceClosing());
    pool.end();
    // A look or a closing that is still under way uses the folder. Now that all of these have ended, it waits for nothing.
    await ended;
    await Promise.all(engine.closings);
    await rm(scratch, { recursive: true, force: true });
  };
  const giveUp = () => {
    stop.abort(signal?.reason);
    // What is being opened in them fails at once.
    tokenizers.end(new ServiceClosing());
    pool.end();
  };
  signal?.addEventListener('abort', giveUp, { once: true });
  if (signal?.aborted) giveUp();
  try {
    for (const { model, locate } of asked) {
      const opened = await WatchedModel.open(model, locate, engine, candidates);
      ids.set(opened.current.queued.key, model.id);
      models.push(opened);
    }
    signal?.throwIfAborted();
  } catch (error) {
    await free().catch(() => undefined); // The error before it says more.
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }

  const weights = asked.map(({ weight }, i) => weight ?? (i === 0 ? 1 : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const variantAt = (i: number): Variant => {
    const generation = models[i].current;
    const share = total === 0 ? 0 : weights[i] / total;
    const shadow = asked[i].shadow ?? false;
    return {
      ...generation.details,
      inputNames: generation.queued.inputNames,
      share,
      shadow,
      read: (texts, how = {}) => read(i, generation, texts.length, () => reader.read(generation, texts, how)),
      readTokens: (inputs, how = {}) =>
        read(i, generation, inputs.length, () => reader.readTokens(generation, inputs, how)),
    };
  };
  const underWay = new Set<Promise<unknown>>();

  const read = async (
    i: number,
    generation: WatchedModel['current'],
    texts: number,
    work: () => Promise<Reading[]>,
  ): Promise<Reading[]> => {
    const model = asked[i].model.id;
    const release = generation.use();
    try {
      const readings = await work();
      for (const reading of readings) tell((observer) => observer.read?.({ model, reading }));
      return readings;
    } catch (error) {
      tell((observer) => observer.rejected?.({ model, reason: rejectionReason(error), texts }));
      throw error;
    } finally {
      release();
    }
  };

  /** Gives the shadows what a request gave to `i`, behind all other work, and tells whether they agree. Never an error of the request's. */
  const readByShadows = (i: number, variant: Variant, texts: readonly string[], readings: readonly Reading[]) => {
    for (const [s, { shadow, model }] of asked.entries()) {
      if (!shadow || s === i || closing()) continue;
      const other = variantAt(s);
      other.read(texts, { priority: 'background' }).then(
        (seen) => {
          for (const [k, reading] of seen.entries()) {
            const agreed = labelOf(variant, readings[k]) === labelOf(other, reading);
            tell((observer) => observer.shadow?.({ model: variant.id, shadow: model.id, agreed }));
          }
        },
        () => undefined, // Counted as rejected.
      );
    }
  };

  const refresh = async () => {
    for (const [i, model] of models.entries()) {
      if (closing()) return;
      const { id } = asked[i].model;
      try {
        if (!(await model.refresh())) continue;
        ids.set(model.current.queued.key, id);
        const { sha256 } = model.current.details;
        tell((observer) => observer.swapped?.({ model: id, sha256 }));
      } catch (error) {
        if (closing()) return;
        tell((observer) => observer.swapRefused?.({ model: id, error: error as Error }));
      }
    }
  };
  if (watchMs > 0) watcher.start(watchMs);

  return {
    variants: () => models.map((_, i) => variantAt(i)),
    async use(id, work, { key } = {}) {
      if (closing()) throw new ServiceClosing();
      const variants = models.map((_, i) => variantAt(i));
      const chosen = chooseVariant(variants, id, key);
      const i = variants.indexOf(chosen);
      const release = models[i].current.use();
      const variant: Variant =
        id !== undefined
          ? chosen
          : {
              ...chosen,
              async read(texts, how) {
                const readings = await chosen.read(texts, how);
                readByShadows(i, chosen, texts, readings);
                return readings;
              },
            };
      const done = work(variant);
      underWay.add(done);
      try {
        return await done;
      } finally {
        underWay.delete(done);
        release();
      }
    },
    stats: () => ({
      ready: !closing() && pool.ready > 0,
      queued: reader.queued('interactive'),
      queuedForShadows: reader.queued('background'),
      queueLimit,
      inFlight: pool.inFlight,
      workers: pool.ready,
      pids: pool.pids,
    }),
    observe(observer) {
      observers.add(observer);
      return () => observers.delete(observer);
    },
    refresh: () => watcher.look(),
    close(graceMs = 10_000) {
      closed ??= (async () => {
        stop.abort(new ServiceClosing());
        const late = new Promise((done) => setTimeout(done, graceMs).unref());
        await Promise.race([Promise.allSettled([...underWay, watcher.end()]), late]);
        await free();
      })();
      return closed;
    },
  };
}
