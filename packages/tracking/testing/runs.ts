import type { Sql } from '../src/database/open.ts';
import type { RunStatus } from '../src/schema/index.ts';

/** What a test says of a run; the rest is what most runs have. */
export interface TestRun {
  readonly experiment?: string;
  readonly project?: string;
  readonly stage?: string;
  readonly status?: RunStatus;
  readonly seed?: number | null;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly dirty?: boolean | null;
  readonly host?: string | null;
  readonly started?: string;
  readonly ended?: string | null;
  readonly reason?: string | null;
  readonly notes?: string;
  readonly tags?: readonly string[];
  readonly archived?: boolean;
  readonly figures?: Readonly<Record<string, number>>;
  /** The values of each curve. */
  readonly curves?: Readonly<Record<string, readonly number[]>>;
}

/** Records a run, as a stage would have; returns its id and its name. */
export async function insertRun(sql: Sql, run: TestRun = {}): Promise<{ readonly id: number; readonly run: string }> {
  const { experiment = 'sample', project = experiment, stage = 'distill', status = 'succeeded', config = {} } = run;
  const { started = '2026-03-01T12:00:00.000Z', ended = status === 'running' ? null : started, figures = {} } = run;
  await sql`insert into retort.experiments (name) values (${experiment}) on conflict do nothing`;
  const [{ id, key }] = await sql`
    insert into retort.runs (key, experiment_id, project, stage, status, seed, config, git_dirty, host, started_at, ended_at,
      exit_reason, notes, tags, archived_at, figures)
    select gen_random_uuid(), id, ${project}, ${stage}, ${status}, ${run.seed ?? null},
      ${JSON.stringify(config)}::text::jsonb, ${run.dirty ?? null}, ${run.host ?? null}, ${started}::timestamptz,
      ${ended}::timestamptz, ${run.reason ?? null}, ${run.notes ?? ''}, ${[...(run.tags ?? [])]}::text[],
      ${run.archived === true ? started : null}::timestamptz, ${JSON.stringify(figures)}::text::jsonb
    from retort.experiments where name = ${experiment} returning id, key::text`;
  await insertCurves(sql, id, run.curves ?? {});
  return { id, run: key };
}

/** The curves take turns, as a stage writes them: line 1 is the first value of the first, line 2 that of the second. */
async function insertCurves(sql: Sql, id: number, curves: Readonly<Record<string, readonly number[]>>): Promise<void> {
  const points = Object.entries(curves)
    .flatMap(([name, values]) => values.map((value, i) => ({ name, value, step: i * 10 })))
    .sort((a, b) => a.step - b.step)
    .map((point, i) => ({ ...point, line: i + 1 }));
  for (const [name, values] of Object.entries(curves)) {
    const own = points.filter((point) => point.name === name);
    const finite = values.filter((value) => !Number.isNaN(value));
    await sql`insert into retort.metric_names (name) values (${name}) on conflict do nothing`;
    await sql`
      with name as (select id from retort.metric_names where name = ${name}), points as (
        insert into retort.metrics (run_id, metric_id, line, step, epoch, value, time)
        select ${id}, name.id, line, step, step / 100.0, value, timestamptz '2026-03-01T12:00Z' + step * interval '123 ms'
        from name, unnest(${own.map(({ line }) => line)}::int[], ${own.map(({ step }) => step)}::int[],
          ${own.map(({ value }) => value)}::float8[]) as p(line, step, value)
      )
      insert into retort.run_metrics (run_id, metric_id, points, min, max, last, last_line, last_step)
      select ${id}, id, ${own.length}, ${finite.length === 0 ? null : Math.min(...finite)}::float8,
        ${finite.length === 0 ? null : Math.max(...finite)}::float8, ${own.at(-1)?.value ?? null}::float8,
        ${own.at(-1)?.line ?? 0}, ${own.at(-1)?.step ?? null}::int from name`;
  }
  await sql`update retort.runs set lines = ${points.length} where id = ${id}`;
}
