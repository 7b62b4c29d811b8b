import { hc } from 'hono/client';
import type { createExperimentsApi } from './api/experiments/index.ts';
import type { App } from './app.ts';

export type { ClassifyResponse } from './api/classify.ts';
export type {
  Comparison,
  ConsoleTail,
  DataCard,
  Lineage,
  MeasuredModel,
  Mistakes,
  Report,
  RunArtifact,
  RunDetail,
} from './api/experiments/answers.ts';
export type { PointsEvent, RunEvent } from './api/experiments/events.ts';
export type { ModelDescription } from './api/models.ts';
export type { Problem } from './api/problem.ts';

/** A client of the API whose requests and answers have the types of the routes. */
export function createClient(baseUrl: string, options?: Parameters<typeof hc>[1]) {
  return hc<App>(baseUrl, options);
}

export type Client = ReturnType<typeof createClient>;

/** A client of what stands below `/api`; `baseUrl` is the server's. */
export function createExperimentsClient(baseUrl: string, options?: Parameters<typeof hc>[1]) {
  return hc<ReturnType<typeof createExperimentsApi>>(new URL('/api', baseUrl).href, options);
}

export type ExperimentsClient = ReturnType<typeof createExperimentsClient>;
