import { createRoute, z } from '@hono/zod-openapi';
import { limitBody, readJsonBody } from '../../http/json-body.ts';
import { notFound, problems, writeProblems } from './problems.ts';
import {
  comparisonSchema,
  curvesSchema,
  deltaSchema,
  detailSchema,
  editSchema,
  evaluationsSchema,
  fieldNamesSchema,
  groupsSchema,
  lineageSchema,
  pageSchema,
  runKey,
  seedsSchema,
} from './schemas.ts';

/** What one question may ask for. */
export const limits = { runs: 200, metrics: 100, curves: 500, text: 4000, cursor: 50_000 } as const;

const list = <T extends z.ZodType<string, string>>(what: T, max: number, description: string) =>
  z
    .string()
    .max(limits.cursor)
    .transform((value) => value.split(',').filter((part) => part !== ''))
    .pipe(z.array(what).max(max))
    .openapi({ type: 'string', description });

export const filter = z.string().max(limits.text).optional().openapi({
  description:
    'such as `stage = distill and validation.accuracy > 0.97`; docs/queries.md of the project has the language',
  example: 'status = succeeded',
});
export const runs = list(runKey, limits.runs, `runs, with commas between them; at most ${limits.runs}`);
const metrics = list(z.string().max(500), limits.metrics, 'names of metrics, with commas between them');
const params = list(z.string().max(500), limits.metrics, 'places such as `config.student.layers`, with commas between');
const number = (description: string) => z.coerce.number().optional().openapi({ type: 'number', description });
export const text = z.string().max(500);

export const ok = <T extends z.ZodType>(description: string, schema: T) => ({
  200: { description, content: { 'application/json': { schema } } },
});

export const runsRoute = createRoute({
  method: 'get',
  path: '/runs',
  tags: ['experiments'],
  summary: 'Runs that a filter holds for',
  request: {
    query: z.object({
      filter,
      sort: text.optional().openapi({ description: '`-validation.accuracy`: the highest first', example: '-started' }),
      limit: z.coerce.number().int().min(1).max(1000).optional().openapi({ type: 'integer' }),
      after: text.optional().openapi({ description: '`next` of the page before' }),
      metrics: metrics.optional(),
      params: params.optional(),
    }),
  },
  responses: { ...ok('A page of runs.', pageSchema), ...problems },
});

export const runRoute = createRoute({
  method: 'get',
  path: '/runs/{run}',
  tags: ['experiments'],
  summary: 'All that is known of a run, but for its points',
  request: { params: z.object({ run: runKey }) },
  responses: { ...ok('The run.', detailSchema), ...notFound, ...problems },
});

export const editRoute = createRoute({
  method: 'patch',
  path: '/runs/{run}',
  tags: ['experiments'],
  summary: 'Notes, tags, archive',
  description: 'What people add to a run. Reading the folders again never changes it.',
  request: {
    params: z.object({ run: runKey }),
    body: { required: true, content: { 'application/json': { schema: editSchema } } },
  },
  middleware: [limitBody, readJsonBody] as const,
  responses: { ...ok('The run, changed.', detailSchema), ...writeProblems, ...notFound, ...problems },
});

export const fieldNamesRoute = createRoute({
  method: 'get',
  path: '/fields',
  tags: ['experiments'],
  summary: 'Names of figures, curves and parameters',
  request: {},
  responses: { ...ok('The names.', fieldNamesSchema), ...problems },
});

export const groupsRoute = createRoute({
  method: 'get',
  path: '/groups',
  tags: ['experiments'],
  summary: 'Runs taken together, with means',
  request: {
    query: z.object({
      by: text.min(1).openapi({
        description: '`seed`: runs that differ in their seed alone. Or a field, whose values make the groups',
        example: 'config.student.layers',
      }),
      of: list(z.string().max(500), limits.metrics, 'what is averaged: figures, curves, numbers').optional(),
      filter,
    }),
  },
  responses: { ...ok('The groups, the largest first.', groupsSchema), ...problems },
});

export const comparisonRoute = createRoute({
  method: 'get',
  path: '/comparison',
  tags: ['experiments'],
  summary: 'Runs side by side',
  request: { query: z.object({ runs }) },
  responses: { ...ok('Where they differ.', comparisonSchema), ...notFound, ...problems },
});

export const curvesRoute = createRoute({
  method: 'get',
  path: '/curves',
  tags: ['experiments'],
  summary: 'Curves at a resolution',
  request: {
    query: z
      .object({
        runs,
        metrics,
        points: z.coerce.number().int().min(10).max(10_000).optional().openapi({ type: 'integer', example: 500 }),
        from: number('the least step'),
        to: number('the greatest step'),
      })
      .refine(({ runs, metrics }) => runs.length * metrics.length <= limits.curves, {
        error: `these are more than ${limits.curves} curves`,
        path: ['metrics'],
      }),
  },
  responses: { ...ok('The curves.', curvesSchema), ...problems },
});

export const seedsRoute = createRoute({
  method: 'get',
  path: '/seeds',
  tags: ['experiments'],
  summary: 'Means over seeds',
  request: { query: z.object({ of: text.openapi({ example: 'validation.accuracy' }), filter }) },
  responses: { ...ok('Groups of runs that differ in their seed alone.', seedsSchema), ...problems },
});

export const lineageRoute = createRoute({
  method: 'get',
  path: '/lineage',
  tags: ['experiments'],
  summary: 'What something was made from, or what was made from it',
  request: {
    query: z
      .object({
        run: runKey.optional(),
        artifact: z.coerce.number().int().min(1).max(2_147_483_647).optional().openapi({ type: 'integer' }),
        direction: z.enum(['up', 'down']).default('up'),
      })
      .refine(
        ({ run, artifact }) => (run === undefined) !== (artifact === undefined),
        'give either "run" or "artifact"',
      ),
  },
  responses: { ...ok('Runs, artifacts, and who read or made what.', lineageSchema), ...notFound, ...problems },
});

export const evaluationsRoute = createRoute({
  method: 'get',
  path: '/evaluations',
  tags: ['experiments'],
  summary: 'What reports measured',
  request: {
    query: z.object({
      run: runKey.optional(),
      experiment: text.optional(),
      model: text.optional(),
      dataSet: text.optional(),
      slice: text.optional(),
      metric: text.optional(),
      limit: z.coerce.number().int().min(1).max(10_000).optional().openapi({ type: 'integer' }),
    }),
  },
  responses: { ...ok('The newest reports first.', evaluationsSchema), ...problems },
});

export const deltaRoute = createRoute({
  method: 'get',
  path: '/delta',
  tags: ['experiments'],
  summary: 'The difference of two measured models, and how likely it is chance',
  request: {
    query: z.object({
      runA: runKey,
      modelA: text.openapi({ example: 'teacher' }),
      runB: runKey,
      modelB: text.openapi({ example: 'student-int8' }),
      metric: text.optional(),
      slice: text.optional(),
    }),
  },
  responses: { ...ok('The difference.', deltaSchema), ...notFound, ...problems },
});

export const eventsRoute = createRoute({
  method: 'get',
  path: '/events',
  tags: ['experiments'],
  summary: 'Live events',
  description:
    'Server-sent events. With `runs`, their points (event `points`) and what becomes of them (event `run`), from the beginning or from a cursor; ' +
    'without, each run that is new or changes from now on, after an event `ready`. The id of an event is a cursor: whoever comes again with it, by `Last-Event-ID` as ' +
    'browsers do or by `cursor`, is told what came after, each thing once.',
  request: {
    query: z.object({ runs: runs.optional(), cursor: z.string().max(limits.cursor).optional() }),
    headers: z.object({ 'last-event-id': z.string().max(limits.cursor).optional() }),
  },
  responses: {
    200: { description: 'Events, until the client goes.', content: { 'text/event-stream': { schema: z.string() } } },
    ...notFound,
    ...problems,
  },
});
