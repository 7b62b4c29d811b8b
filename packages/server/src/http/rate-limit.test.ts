import { describe, expect, it } from '@jest/globals';
import { postJson, testApp, tinyService } from '../../test/test-app.ts';
import { createApp } from '../app.ts';
import { listen } from '../listen.ts';
import { type Network, parseNetwork } from './caller.ts';
import { createRateLimit, RateLimited } from './rate-limit.ts';

describe('createRateLimit', () => {
  const limit = (perMinute: number) => {
    let now = 0;
    const take = createRateLimit(perMinute, () => now);
    return { take, wait: (seconds: number) => (now += 1000 * seconds) };
  };

  it('lets through as many texts as a minute brings', () => {
    const { take } = limit(3);
    take('a', 2);
    take('a', 1);
    expect(() => take('a', 1)).toThrow(RateLimited);
  });

  it('says when the next text may come, and lets it through then', () => {
    const { take, wait } = limit(6);
    take('a', 6);
    expect(() => take('a', 2)).toThrow(expect.objectContaining({ retryAfterSeconds: 20 }));
    wait(20);
    expect(() => take('a', 2)).not.toThrow();
  });

  it('counts each caller alone', () => {
    const { take } = limit(1);
    take('a', 1);
    expect(() => take('b', 1)).not.toThrow();
  });

  it('lets a request through that is larger than the limit, which then has to be worked off', () => {
    const { take, wait } = limit(2);
    take('a', 4);
    wait(60);
    expect(() => take('a', 1)).toThrow(RateLimited);
    wait(30);
    expect(() => take('a', 1)).not.toThrow();
  });

  it('takes texts back, once and up to a full bucket', () => {
    const { take, wait } = limit(3);
    const giveBack = take('a', 3);
    giveBack();
    giveBack();
    expect(() => take('a', 3)).not.toThrow();
    expect(() => take('a', 1)).toThrow(RateLimited);
    wait(60);
    take('a', 1)();
    wait(60);
    take('a', 3);
    expect(() => take('a', 1)).toThrow(RateLimited);
  });
});

describe('a server with a limit', () => {
  const { service } = tinyService();
  const app = testApp(service, { textsPerMinute: 2 });

  it('answers 429 and when to come again', async () => {
    const statuses = [];
    for (const texts of [['a', 'b'], ['c']]) {
      const response = await postJson(app(), '/v1/classify', { texts });
      statuses.push([response.status, response.headers.get('retry-after')]);
    }
    expect(statuses).toEqual([
      [200, null],
      [429, '30'],
    ]);
  });
});

describe('a server with a limit behind a proxy', () => {
  const { service } = tinyService();

  /** Statuses of one text each, as from these addresses, by a proxy on this machine. */
  async function statuses(trusted: string, addresses: readonly string[]): Promise<number[]> {
    const app = createApp({ service: service(), textsPerMinute: 1, proxies: [parseNetwork(trusted) as Network] });
    const { url, close } = await listen(app, { host: '127.0.0.1', port: 0 });
    const found: number[] = [];
    for (const address of addresses) {
      const { status } = await fetch(`${url}/v1/classify`, {
        method: 'POST',
        body: JSON.stringify({ texts: ['a'] }),
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      });
      found.push(status);
    }
    await close();
    app.close();
    return found;
  }

  it('counts each address that a trusted one names', async () => {
    expect(await statuses('127.0.0.0/8', ['192.0.2.1', '192.0.2.2', '192.0.2.1'])).toEqual([200, 200, 429]);
  });

  it('counts a proxy that is not trusted as one caller', async () => {
    expect(await statuses('10.0.0.0/8', ['192.0.2.1', '192.0.2.2'])).toEqual([200, 429]);
  });
});

describe('a server whose queue is full', () => {
  const { service } = tinyService({ queueLimit: 1 });
  const app = testApp(service);
  const limited = testApp(service, { textsPerMinute: 16 });

  it('answers 429 and when to come again', async () => {
    const sent = Array.from({ length: 4 }, () => postJson(app(), '/v1/classify', { texts: Array(8).fill('a') }));
    const responses = await Promise.all(sent);
    expect(responses.map(({ status }) => status)).toEqual([200, 429, 429, 429]);
    expect(Number(responses[1].headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('counts against no caller what it refuses for that', async () => {
    const send = () => postJson(limited(), '/v1/classify', { texts: Array(8).fill('a') });
    const together = await Promise.all([send(), send()]);
    const after = await send();
    expect([...together, after].map(({ status }) => status)).toEqual([200, 429, 200]);
  });
});
