import { createHash } from 'node:crypto';
import { meanLogits } from '@retort/shared';
import { type LoadedModel, loadModel } from '../model/load.ts';
import type { LocatedModel } from '../model/locate.ts';
import { createQueue } from '../model/queue.ts';
import type { Reading, ReadOptions, Service, ServiceObserver, Variant } from './contract.ts';
import { Cancelled, DeadlineExceeded, QueueFull, ServiceClosing, TextTooLong, UnknownModel } from './errors.ts';

export interface VariantOptions {
  readonly model: LocatedModel;
  /** Its part of the requests that name no model, relative to the others. Default: 1 for the first variant, 0 for the others. */
  readonly weight?: number;
  /** Default: false. */
  readonly shadow?: boolean;
}

export interface ServiceOptions {
  /** At least one, each with an id of its own. */
  readonly variants: readonly VariantOptions[];
  /** How many texts and windows may wait. Default: 1,024. */
  readonly queueLimit?: number;
}

/** Loads the models; a UserError if one cannot be served. */
export async function openService({ variants: asked, queueLimit = 1024 }: ServiceOptions): Promise<Service> {
  const loaded: LoadedModel[] = [];
  for (const { model } of asked) loaded.push(await loadModel(model));
  const weights = asked.map(({ weight }, i) => weight ?? (i === 0 ? 1 : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const observers = new Set<ServiceObserver>();
  const queue = createQueue();
  let queued = 0;
  let inFlight = 0;
  let closing = false;

  const readOne = async (model: LoadedModel, text: string, index: number, options: ReadOptions): Promise<Reading> => {
    const started = performance.now();
    const policy = options.policy ?? model.longTexts;
    const read = model.read(text, policy === 'error' ? 'windows' : policy);
    if (policy === 'error' && read.windows.length > 1) throw new TextTooLong(index, read.tokens, model.maxTokens);
    const tokenizeMs = performance.now() - started;
    let inferMs = 0;
    const logits: Float32Array[] = [];
    for (const ids of read.windows) {
      await queue(async () => {
        if (options.signal?.aborted) throw new Cancelled(options.signal.reason);
        if (performance.now() > (options.deadline ?? Number.POSITIVE_INFINITY)) throw new DeadlineExceeded();
        const before = performance.now();
        inFlight++;
        logits.push(await model.infer(ids).finally(() => inFlight--));
        const ms = performance.now() - before;
        inferMs += ms;
        for (const observer of observers) observer.batch?.({ model: model.id, size: 1, tokens: ids.length, ms });
      });
    }
    const reading: Reading = {
      logits: meanLogits(logits),
      windows: read.windows.map((ids, i) => ({ start: 0, end: text.length, tokens: ids.length, logits: logits[i] })),
      tokens: read.tokens,
      truncated: read.truncated,
      normalized: [],
      timings: { queueMs: performance.now() - started - tokenizeMs - inferMs, tokenizeMs, inferMs },
    };
    for (const observer of observers) observer.read?.({ model: model.id, reading });
    return reading;
  };

  const variants = loaded.map(
    (model, i): Variant => ({
      ...model,
      share: weights[i] / total,
      shadow: asked[i].shadow ?? false,
      async read(texts, options = {}) {
        if (queued + texts.length > queueLimit) throw new QueueFull(1);
        queued += texts.length;
        try {
          const readings: Reading[] = [];
          // One after the other: requests take turns, and one with many texts gets no more of them.
          for (const [index, text] of texts.entries()) readings.push(await readOne(model, text, index, options));
          return readings;
        } finally {
          queued -= texts.length;
        }
      },
    }),
  );

  return {
    variants: () => variants,
    async use(id, work, { key } = {}) {
      if (closing) throw new ServiceClosing();
      return await work(choose(variants, id, key));
    },
    stats: () => ({ ready: !closing, queued: Math.max(0, queued - inFlight), queueLimit, inFlight, workers: 1 }),
    observe(observer) {
      observers.add(observer);
      return () => observers.delete(observer);
    },
    async close() {
      closing = true;
      await queue(async () => {
        for (const model of loaded) await model.close();
      });
    },
  };
}

function choose(variants: readonly Variant[], id: string | undefined, key: string | undefined): Variant {
  if (id !== undefined) {
    const variant = variants.find((one) => one.id === id);
    if (variant !== undefined) return variant;
    throw new UnknownModel(
      id,
      variants.map((one) => one.id),
    );
  }
  let place = key === undefined ? Math.random() : fraction(key);
  for (const variant of variants) {
    place -= variant.share;
    if (place < 0) return variant;
  }
  return variants[0];
}

/** The key's place between 0 and 1: always the same, and evenly spread. */
function fraction(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE() / 2 ** 32;
}
