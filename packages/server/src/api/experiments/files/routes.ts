import { createRoute, z } from '@hono/zod-openapi';
import { notFound, problems } from '../problems.ts';
import { filter, ok, runs, text } from '../routes.ts';
import { runKey } from '../schemas.ts';
import {
  artifactsSchema,
  consoleSchema,
  dataCardSchema,
  mistakesSchema,
  modelsSchema,
  reportSchema,
} from './schemas.ts';

const params = z.object({ run: runKey });
const tags = ['experiments'];

export const artifactsRoute = createRoute({
  method: 'get',
  path: '/runs/{run}/artifacts',
  tags,
  summary: 'What a run made and read, with checksums',
  request: { params },
  responses: { ...ok('Artifacts.', artifactsSchema), ...notFound, ...problems },
});

export const reportRoute = createRoute({
  method: 'get',
  path: '/runs/{run}/report',
  tags,
  summary: 'What a report measured: slices, confusion, reliability, ROC',
  request: { params },
  responses: { ...ok('The report.', reportSchema), ...notFound, ...problems },
});

export const mistakesRoute = createRoute({
  method: 'get',
  path: '/runs/{run}/mistakes',
  tags,
  summary: 'The texts that a model got wrong, the surest answers first',
  request: {
    params,
    query: z.object({
      model: text.openapi({ example: 'student-int8' }),
      evaluation: text.default('test').openapi({ description: 'which texts: `test`, or as the experiment calls them' }),
      limit: z.coerce.number().int().min(1).max(200).default(20).openapi({ type: 'integer' }),
      offset: z.coerce
        .number()
        .int()
        .min(0)
        .max(2_147_483_647)
        .default(0)
        .openapi({ type: 'integer', description: 'how many of the surest are passed over, for further pages' }),
    }),
  },
  responses: { ...ok('Mistakes.', mistakesSchema), ...notFound, ...problems },
});

export const dataCardRoute = createRoute({
  method: 'get',
  path: '/runs/{run}/data-card',
  tags,
  summary: 'What is in a prepared dataset',
  request: { params },
  responses: { ...ok('The card.', dataCardSchema), ...notFound, ...problems },
});

export const consoleRoute = createRoute({
  method: 'get',
  path: '/runs/{run}/console',
  tags,
  summary: 'What a stage said last',
  request: {
    params,
    query: z.object({ lines: z.coerce.number().int().min(1).max(1000).default(200).openapi({ type: 'integer' }) }),
  },
  responses: { ...ok('Its last lines.', consoleSchema), ...notFound, ...problems },
});

export const modelsRoute = createRoute({
  method: 'get',
  path: '/models',
  tags,
  summary: 'Models as reports measured them, beside a baseline',
  description:
    'Where both models were measured on the same texts, p is that of McNemar’s exact test, from the answers that their reports have kept.',
  request: {
    query: z
      .object({
        runs: runs.optional().openapi({ description: 'reports, or runs that made a model; default: all reports' }),
        filter,
        baseline: runKey.optional(),
        baselineModel: text.optional(),
        limit: z.coerce.number().int().min(1).max(10_000).optional().openapi({ type: 'integer' }),
      })
      .refine(({ baseline, baselineModel }) => baseline !== undefined || baselineModel === undefined, {
        error: 'a model of which run?',
        path: ['baseline'],
      }),
  },
  responses: { ...ok('The newest reports first.', modelsSchema), ...notFound, ...problems },
});
