import {
  compareRuns,
  countRuns,
  curves,
  editRun,
  evaluationDelta,
  fieldNames,
  findEvaluations,
  findRuns,
  getRun,
  groupRuns,
  type LiveFeed,
  lineage,
  requireNames,
  requireRuns,
  runsCursor,
  type Sql,
  seedGroups,
} from '@retort/tracking';
import { problemResponse } from '../problem.ts';
import { streamEvents } from './events.ts';
import { createFilesApi } from './files/index.ts';
import { finite, orNull } from './json.ts';
import { newApi } from './new-api.ts';
import {
  comparisonRoute,
  curvesRoute,
  deltaRoute,
  editRoute,
  evaluationsRoute,
  eventsRoute,
  fieldNamesRoute,
  groupsRoute,
  lineageRoute,
  runRoute,
  runsRoute,
  seedsRoute,
} from './routes.ts';

export interface ExperimentsOptions {
  /** Asked for each request. */
  readonly sql: () => Sql;
  readonly feed: LiveFeed;
  /** How many may follow at once. Default: 100. */
  readonly followers?: number;
  /** In which the folders of runs lie. Default: none, and nothing is told out of files. */
  readonly workspace?: string;
  /** Whether texts of the data may be shown to who reaches the server. Default: no. */
  readonly showTexts?: boolean;
}

/** What stands below `/api`: everything that was recorded, to be read, and what people add to it. */
export function createExperimentsApi(options: ExperimentsOptions) {
  const { sql, feed, followers = 100, workspace, showTexts = false } = options;
  let following = 0;
  return newApi()
    .openapi(runsRoute, async (c) => {
      const query = c.req.valid('query');
      // Read before the page: what changes meanwhile is told rather twice than never.
      const cursor = await runsCursor(sql());
      const { filter, sort, metrics } = query;
      // What is shown as a column may be sorted by, though no run may have it yet.
      const isShown = metrics?.includes(sort?.replace(/^-/, '') ?? '') ?? false;
      const [page, total] = await Promise.all([
        findRuns(sql(), query),
        countRuns(sql(), filter),
        requireNames(sql(), { filter, sort: isShown ? undefined : sort }),
      ]);
      return c.json({ ...page, total, cursor }, 200);
    })
    .openapi(runRoute, async (c) => c.json(await getRun(sql(), c.req.valid('param').run), 200))
    .openapi(editRoute, async (c) => {
      const { run } = c.req.valid('param');
      await editRun(sql(), run, c.req.valid('json'));
      return c.json(await getRun(sql(), run), 200);
    })
    .openapi(fieldNamesRoute, async (c) => c.json(await fieldNames(sql()), 200))
    .openapi(groupsRoute, async (c) => {
      const { of = [], ...query } = c.req.valid('query');
      // Not `of`: means are of columns, and a column may be empty.
      await requireNames(sql(), { filter: query.filter, fields: [query.by] });
      return c.json({ groups: await groupRuns(sql(), { ...query, of }) }, 200);
    })
    .openapi(comparisonRoute, async (c) => {
      const { runs, stages, config, environment, figures, metrics } = await compareRuns(
        sql(),
        c.req.valid('query').runs,
      );
      const lines = { config: config.map(orNull), environment: environment.map(orNull) };
      return c.json({ runs, stages, ...lines, figures: figures.map(orNull), metrics: metrics.map(orNull) }, 200);
    })
    .openapi(curvesRoute, async (c) => {
      const { from, to, ...query } = c.req.valid('query');
      const found = await curves(sql(), { ...query, steps: { from, to } });
      return c.json(
        { ...found, curves: found.curves.map((curve) => ({ ...curve, values: curve.values.map(finite) })) },
        200,
      );
    })
    .openapi(seedsRoute, async (c) => {
      const { filter, of } = c.req.valid('query');
      await requireNames(sql(), { filter, fields: [of] });
      return c.json({ groups: await seedGroups(sql(), { filter, of }) }, 200);
    })
    .openapi(lineageRoute, async (c) => {
      const { run, artifact = 0, direction } = c.req.valid('query');
      return c.json(await lineage(sql(), run === undefined ? { artifact } : { run }, direction), 200);
    })
    .openapi(evaluationsRoute, async (c) =>
      c.json({ evaluations: await findEvaluations(sql(), c.req.valid('query')) }, 200),
    )
    .openapi(deltaRoute, async (c) => {
      const { runA, modelA, runB, modelB, metric, slice } = c.req.valid('query');
      const sides = { a: { run: runA, model: modelA }, b: { run: runB, model: modelB }, metric, slice };
      return c.json(await evaluationDelta(sql(), sides), 200);
    })
    .openapi(eventsRoute, async (c) => {
      if (following >= followers)
        return problemResponse(503, 'too many follow already', { headers: { 'retry-after': '10' } });
      const { runs, cursor } = c.req.valid('query');
      const from = c.req.valid('header')['last-event-id'] ?? cursor;
      // What is wrong with the question gets a status of its own, which a stream that has begun cannot have.
      if (runs !== undefined) await requireRuns(sql(), runs);
      // Answered by this route, too, but without the body: a stream that nobody reads would never end.
      if (c.req.method === 'HEAD') return new Response(null, { headers: { 'content-type': 'text/event-stream' } });
      const begin = (signal: AbortSignal) =>
        runs === undefined ? feed.runs({ cursor: from, signal }) : feed.points(runs, { cursor: from, signal });
      const response = streamEvents(c, begin, () => following--);
      following++;
      return response;
    })
    .route('/', createFilesApi({ sql, workspace, showTexts }));
}
