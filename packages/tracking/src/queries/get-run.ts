import type { Sql } from '../database/open.ts';
import { orderFigures } from '../figure-order.ts';
import type { CurveSummary } from './find-runs.ts';
import { checkRunKeys, noRun } from './run-keys.ts';
import { type RunSummary, summarySql } from './run-summary.ts';

/** Everything that is known of one run, but for the points of its curves. */
export interface RunDetail extends RunSummary {
  /** The stage's slice of the resolved configuration. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly engine: Readonly<Record<string, unknown>> | null;
  readonly machine: Readonly<Record<string, unknown>> | null;
  readonly versions: Readonly<Record<string, string>> | null;
  readonly curves: Readonly<Record<string, CurveSummary>>;
}

/** Its figures come in the order in which they are shown. A UserError if there is no such run. */
export async function getRun(sql: Sql, run: string): Promise<RunDetail> {
  const [key] = checkRunKeys([run]);
  const [found] = await sql<RunDetail[]>`
    select ${summarySql(sql)}, r.config, r.engine, r.machine, r.versions, coalesce((
      select jsonb_object_agg(n.name, jsonb_build_object(
        'last', nullif(m.last, 'NaN'), 'min', m.min, 'max', m.max, 'points', m.points))
      from retort.run_metrics m join retort.metric_names n on n.id = m.metric_id where m.run_id = r.id), '{}') as curves
    from retort.runs r join retort.experiments e on e.id = r.experiment_id where r.key = ${key}`;
  if (found === undefined) throw noRun(run);
  return { ...found, figures: orderFigures(found.figures) };
}
