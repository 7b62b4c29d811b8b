import { parseResponse } from 'hono/client';
import { type Api, answer } from './api.ts';
import type { Steps } from './curves/refine.ts';

/** What the views about experiments ask the server, each answer in the route's own types. */
export function questions({ experiments }: Api, signal: AbortSignal) {
  const options = { init: { signal } };
  const of = (run: string) => ({ param: { run } });
  return {
    run: (run: string) => answer(parseResponse(experiments.runs[':run'].$get(of(run), options))),
    runs: (filter: string, limit: number) =>
      answer(parseResponse(experiments.runs.$get({ query: { filter, limit: String(limit) } }, options))),
    comparison: (runs: readonly string[]) =>
      answer(parseResponse(experiments.comparison.$get({ query: { runs: runs.join(',') } }, options))),
    curves: (runs: readonly string[], metrics: readonly string[], points: number, { from, to }: Steps = {}) => {
      const steps = { ...(from !== undefined && { from: String(from) }), ...(to !== undefined && { to: String(to) }) };
      const query = { runs: runs.join(','), metrics: metrics.join(','), points: String(points), ...steps };
      return answer(parseResponse(experiments.curves.$get({ query }, options)));
    },
    models: (query: { runs?: string; filter?: string; baseline?: string; baselineModel?: string }) =>
      answer(parseResponse(experiments.models.$get({ query: { ...query, limit: '10000' } }, options))),
    lineage: (run: string, direction: 'up' | 'down') =>
      answer(parseResponse(experiments.lineage.$get({ query: { run, direction } }, options))),
    artifacts: (run: string) => answer(parseResponse(experiments.runs[':run'].artifacts.$get(of(run), options))),
    report: (run: string) => answer(parseResponse(experiments.runs[':run'].report.$get(of(run), options))),
    mistakes: (run: string, query: { model: string; evaluation: string; limit: string; offset: string }) =>
      answer(parseResponse(experiments.runs[':run'].mistakes.$get({ ...of(run), query }, options))),
    dataCard: (run: string) => answer(parseResponse(experiments.runs[':run']['data-card'].$get(of(run), options))),
    console: (run: string) =>
      answer(parseResponse(experiments.runs[':run'].console.$get({ ...of(run), query: { lines: '300' } }, options))),
  };
}
