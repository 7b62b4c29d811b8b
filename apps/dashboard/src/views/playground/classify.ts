import type { ClassifyResponse } from '@retort/server/client';
import { parseResponse } from 'hono/client';
import { type Api, answer } from '../../lib/api.ts';
import { parseServerTiming } from '../../lib/server-timing.ts';

/** What one model says about one text, and how long it took. */
export interface Reading {
  readonly result: ClassifyResponse['results'][number];
  /** From the request to the answer, in milliseconds; with explanations many readings of the text are in it. */
  readonly totalMs: number;
  /** Where the server's time went, in milliseconds. */
  readonly timing: Readonly<Record<string, number>>;
}

export async function classify(
  api: Api,
  { text, model, explain }: { text: string; model: string; explain: boolean },
): Promise<Reading> {
  const start = performance.now();
  const json = { text, model, ...(explain ? { explain: 'sentences' as const } : {}) };
  const request = api.models.v1.classify.$post({ json });
  const { results } = await answer(parseResponse(request));
  const totalMs = performance.now() - start;
  const timing = parseServerTiming((await request).headers.get('server-timing') ?? '');
  return { result: results[0], totalMs, timing };
}
