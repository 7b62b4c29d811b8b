import { expect, it } from '@jest/globals';
import { postJson, type Requestable, testApp, tinyService } from '../../test/test-app.ts';
import { createApp } from '../app.ts';

const { service } = tinyService();
const app = testApp(service);

/** The samples of an exposition, by name and labels. */
async function scrape(scraped: Requestable = app()): Promise<Map<string, number>> {
  const text = await (await scraped.request('/metrics')).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name, value] = /^(\S+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      return [name, Number(value)];
    }),
  );
}

it('counts requests, texts, tokens, phases, batches and what was rejected', async () => {
  await postJson(app(), '/v1/classify', { texts: ['well', 'delve delve'] });
  await postJson(app(), '/v1/classify', { text: 'well' }, { prefer: 'wait=0' });
  const samples = await scrape();
  expect(samples.get('retort_http_requests_total{method="POST",route="/v1/classify",status="200"}')).toBe(1);
  expect(samples.get('retort_http_requests_total{method="POST",route="/v1/classify",status="504"}')).toBe(1);
  expect(samples.get('retort_texts_total{model="tiny"}')).toBe(2);
  expect(samples.get('retort_tokens_total{model="tiny"}')).toBe(7);
  for (const phase of ['queue', 'tokenize', 'infer']) {
    expect(samples.get(`retort_phase_seconds_count{model="tiny",phase="${phase}"}`)).toBe(2);
  }
  expect(samples.get('retort_batch_size_count{model="tiny"}')).toBeGreaterThan(0);
  expect(samples.get('retort_queue_inputs')).toBe(0);
  expect(samples.get('retort_ready')).toBe(1);
  expect(samples.get('retort_event_loop_lag_seconds{quantile="1"}')).toBeGreaterThanOrEqual(0);
});

it('tells what waits for a shadow apart from what requests wait for', async () => {
  const stats = () => ({ ...service().stats(), queued: 3, queuedForShadows: 5 });
  const busy = createApp({ service: { ...service(), stats } });
  const samples = await scrape(busy);
  busy.close();
  expect([samples.get('retort_queue_inputs'), samples.get('retort_shadow_queue_inputs')]).toEqual([3, 5]);
});

it('makes no time series for methods and paths that somebody invents', async () => {
  await app().request('/nowhere', { method: 'BREW' });
  await app().request('/elsewhere', { method: 'BREW' });
  const names = [...(await scrape()).keys()].filter((name) => name.includes('status="404"'));
  expect(names).toEqual(['retort_http_requests_total{method="other",route="*",status="404"}']);
});
