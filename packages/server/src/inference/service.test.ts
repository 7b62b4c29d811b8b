import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nodeArguments } from '../../test/source-workers.ts';
import { windowSettings, writeTinyModel } from '../../test/tiny-model.ts';
import type { ReadOptions, Service, ServiceObserver } from './contract.ts';
import { Cancelled, DeadlineExceeded, QueueFull, ServiceClosing, TextTooLong, UnknownModel } from './errors.ts';
import { openService } from './service.ts';
import type { ServiceOptions } from './service-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'retort-'));
const model = (name: string) => ({ id: name, folder: join(folder, name), onnxFile: 'onnx/model_quantized.onnx' });
const restore = () => writeTinyModel(join(folder, 'tiny'), { settings: windowSettings });

function open(options: Partial<ServiceOptions> = {}): Promise<Service> {
  const common = { workers: 1, watchMs: 0, scratch: join(folder, 'scratch'), nodeArguments };
  return openService({ variants: [{ model: model('tiny') }], ...common, ...options });
}

/** A service of its own. */
async function withService<T>(use: (service: Service) => Promise<T>): Promise<T> {
  restore();
  const service = await open();
  try {
    return await use(service);
  } finally {
    await service.close();
  }
}

/** The one of the tests that leave it as it is. */
let shared: Service;
beforeAll(async () => {
  restore();
  writeTinyModel(join(folder, 'other'), { settings: windowSettings });
  const variants = [
    { model: model('tiny'), weight: 3 },
    { model: model('other'), weight: 1, shadow: true },
  ];
  shared = await open({ variants, queueLimit: 8 });
});
afterAll(async () => {
  await shared.close();
  rmSync(folder, { recursive: true });
});

const read = (service: Service, texts: string[], options: ReadOptions = {}) =>
  service.use('tiny', (variant) => variant.read(texts, options));
const outcome = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

/** What an observer is told by one of its calls, from now on. */
function record<K extends keyof ServiceObserver>(service: Service, name: K): unknown[] {
  const events: unknown[] = [];
  service.observe({ [name]: (event: unknown) => events.push(event) });
  return events;
}

describe('a reading', () => {
  it('holds the logits of each window, their mean, and where they come from', async () => {
    const text = 'the the the delve well well';
    const [long, short] = await read(shared, [text, 'well']);
    expect(long).toMatchObject({ tokens: 8, truncated: false, normalized: [] });
    expect([...long.logits]).toEqual([1.875, 1.375]);
    expect(long.windows.map(({ start, end, tokens, logits }) => [text.slice(start, end), tokens, [...logits]])).toEqual(
      [
        ['the the the', 5, [0.75, 0.75]],
        ['delve well well', 5, [3, 2]],
      ],
    );
    expect(short).toMatchObject({ tokens: 3, truncated: false });
  });

  it('is the same of a request that is long enough for the thread of the tokenizer', async () => {
    const texts = ['the delve', 'well '.repeat(1000)];
    const [first, second] = await read(shared, texts, { policy: 'head' });
    const [alone] = await read(shared, texts.slice(0, 1), { policy: 'head' });
    expect({ ...first, timings: alone.timings }).toEqual(alone);
    expect([...second.logits]).toEqual([4.5, 0]);
  });

  it('lists the tokens where they are asked for', async () => {
    const [reading] = await read(shared, ['Delve well'], { tokens: true });
    expect(reading.tokenList).toEqual([
      { id: 6, token: 'delve', start: 0, end: 5 },
      { id: 5, token: 'well', start: 6, end: 10 },
    ]);
  });

  it('is by another policy where the caller wants that', async () => {
    const [reading] = await read(shared, ['the the the delve'], { policy: 'head' });
    expect(reading).toMatchObject({ tokens: 5, truncated: true, windows: [{ start: 0, end: 11 }] });
  });
});

describe('a service', () => {
  it('picks a variant by its id', async () => {
    expect(await shared.use('other', async ({ id }) => id)).toBe('other');
  });

  it('refuses an id that is not served', async () => {
    await expect(shared.use('large', async () => 1)).rejects.toThrow(UnknownModel);
  });

  it('refuses two variants of one id', async () => {
    const variants = [{ model: model('tiny') }, { model: model('tiny') }];
    await expect(open({ variants })).rejects.toThrow('two models are called "tiny"');
  });

  it('refuses a text that is too long where the caller wants that', async () => {
    const refused = read(shared, ['well', 'the the the the'], { policy: 'error' });
    await expect(refused).rejects.toMatchObject({ constructor: TextTooLong, index: 1, tokens: 6 });
  });

  it('refuses what does not fit into the queue, and says when to try again', async () => {
    const first = read(shared, Array(5).fill('well'));
    const refused = await outcome(read(shared, Array(5).fill('well')));
    await first;
    expect(refused).toMatchObject({ constructor: QueueFull, retryAfterSeconds: 1 });
  });

  it.each(['head', 'head_tail'] as const)('counts a long text once that is read by %s', async (policy) => {
    const first = read(shared, Array(5).fill('well'));
    const second = await outcome(read(shared, ['well '.repeat(100)], { policy }));
    await first;
    expect(second).toHaveLength(1);
  });

  it('takes in a long text that it then refuses for its length', async () => {
    const first = read(shared, Array(5).fill('well'));
    const second = await outcome(read(shared, ['well '.repeat(100)], { policy: 'error' }));
    await first;
    expect(second).toBeInstanceOf(TextTooLong);
  });

  it('takes a request of more than fits where nothing waits', async () => {
    expect(await read(shared, Array(9).fill('well'))).toHaveLength(9);
  });

  it('drops what waits when the caller goes', async () => {
    const batches = record(shared, 'batch');
    const caller = new AbortController();
    const forget = shared.observe({ batch: () => caller.abort() });
    await expect(read(shared, ['well '.repeat(3000)], { signal: caller.signal })).rejects.toThrow(Cancelled);
    forget();
    expect(batches.length).toBeLessThan(10);
  });

  it('reads nothing after the deadline', async () => {
    await expect(read(shared, ['well'], { deadline: performance.now() - 1 })).rejects.toThrow(DeadlineExceeded);
  });

  it('refuses at once what it could not answer in time', async () => {
    const first = read(shared, ['well '.repeat(9000)]);
    const refused = await outcome(read(shared, ['well'], { deadline: performance.now() + 10 }));
    await first;
    expect(refused).toBeInstanceOf(QueueFull);
  });

  it('counts its rejections by their reasons', async () => {
    const events = record(shared, 'rejected');
    await outcome(read(shared, ['well'], { signal: AbortSignal.abort() }));
    expect(events).toEqual([{ model: 'tiny', reason: 'cancelled', texts: 1 }]);
  });

  it('answers what it has taken before it closes, takes nothing more, and leaves nothing behind', async () => {
    const scratch = join(folder, 'closed');
    const service = await open({ scratch });
    const reading = read(service, Array(20).fill('well the delve'));
    const closed = service.close();
    await expect(service.use(undefined, async () => 1)).rejects.toThrow(ServiceClosing);
    await closed;
    expect([(await reading).length, readdirSync(scratch)]).toEqual([20, []]);
  });
});

describe('a service that closes', () => {
  it('fails what is left when its time is over', async () => {
    const service = await open({ scratch: join(folder, 'late') });
    const readings = [1, 2, 3, 4].map(() => outcome(read(service, Array(20).fill('well'))));
    await service.close(0);
    for (const reading of readings) expect(await reading).toBeInstanceOf(Error);
  });
});

describe('canary and shadow', () => {
  it('give each variant its share of the requests', async () => {
    const seen: Record<string, number> = { tiny: 0, other: 0 };
    for (let key = 0; key < 4000; key++) {
      await shared.use(undefined, async ({ id }) => void seen[id]++, { key: `${key}` });
    }
    expect(seen.other / 4000).toBeCloseTo(0.25, 1);
  });

  it('give a key always the same variant', async () => {
    const once = () => shared.use(undefined, async ({ id }) => id, { key: 'somebody' });
    expect(new Set([await once(), await once(), await once()]).size).toBe(1);
  });

  it('count how often the shadow agrees', async () => {
    const events = record(shared, 'shadow');
    const all = new Promise<void>((done) => shared.observe({ shadow: () => events.length === 2 && done() }));
    // '1' is a key of the first variant's share.
    await shared.use(undefined, (variant) => variant.read(['delve', 'well']), { key: '1' });
    await all;
    const event = { model: 'tiny', shadow: 'other', agreed: true };
    expect(events).toEqual([event, event]);
  });
});

describe('a shadow', () => {
  it('takes no place in the queue from requests', async () => {
    let seen = 0;
    const all = new Promise<void>((done) => shared.observe({ shadow: () => ++seen === 8 && done() }));
    await shared.use(undefined, (variant) => variant.read(Array(8).fill('well')), { key: '1' });
    const { queued, queuedForShadows } = shared.stats();
    const readings = await read(shared, Array(5).fill('well'));
    await all;
    expect(queued).toBe(0);
    expect(queuedForShadows + readings.length).toBeGreaterThan(8);
  });
});

describe('an express worker', () => {
  it('stands beside the others on the CPU', () => {
    const { workers, pids } = shared.stats();
    expect([workers, pids.length]).toEqual([1, 2]);
  });
});

describe('a folder that changes', () => {
  it('is served as it is from then on, and fails no request, also not those that use the old one', async () => {
    const seen = await withService((service) =>
      service.use(undefined, async (variant) => {
        writeTinyModel(join(folder, 'tiny'), { settings: { ...windowSettings, longTexts: 'head' } });
        await service.refresh(); // It has changed,
        await service.refresh(); // and does so no more.
        return [variant.longTexts, service.variants()[0].longTexts, await variant.read(['the the the well'])];
      }),
    );
    expect(seen).toMatchObject(['windows', 'head', [{ tokens: 6, truncated: false }]]);
  });

  it('is refused once where it is broken, and what was there before stays', async () => {
    const [readings, refused] = await withService(async (service) => {
      const events = record(service, 'swapRefused');
      writeFileSync(join(folder, 'tiny/onnx/model_quantized.onnx'), 'no model');
      for (let look = 0; look < 3; look++) await service.refresh();
      return [await read(service, ['well']), events];
    });
    expect(readings).toHaveLength(1);
    expect(refused).toEqual([{ model: 'tiny', error: expect.objectContaining({ name: 'UserError' }) }]);
  });
});

describe('a worker that is killed', () => {
  it('has its requests answered by the one that takes its place', async () => {
    const seen = await withService(async (service) => {
      const restarts = record(service, 'restarted');
      const forget = service.observe({
        batch: () => {
          forget();
          process.kill(service.stats().pids[0], 'SIGKILL'); // The express worker has nothing to do with it.
        },
      });
      return [(await read(service, ['well '.repeat(600)])).length, restarts.length];
    });
    expect(seen).toEqual([1, 1]);
  });
});

describe('a model that cannot be served', () => {
  it.each([
    ['no model', () => writeFileSync(join(folder, 'bad/onnx/model_quantized.onnx'), 'x'), 'cannot load the model'],
    ['no logits', () => writeTinyModel(join(folder, 'bad'), { output: 'hidden' }), 'it has no output "logits"'],
    [
      'other labels',
      () => {
        const config = { id2label: { 0: 'a', 1: 'b', 2: 'c' }, max_position_embeddings: 512 };
        writeFileSync(join(folder, 'bad/config.json'), JSON.stringify(config));
      },
      'not float32 [1, 3]',
    ],
  ])('is refused: %s', async (_, spoil, message) => {
    writeTinyModel(join(folder, 'bad'));
    spoil();
    await expect(open({ variants: [{ model: model('bad') }] })).rejects.toThrow(message);
  });
});
