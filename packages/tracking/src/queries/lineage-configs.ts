import type postgres from 'postgres';
import type { Sql } from '../database/open.ts';
import { flatten, type Leaf } from './flatten.ts';

/** One value a run, by the name of the place. */
export interface PlaceValues {
  readonly name: string;
  readonly values: readonly (Leaf | undefined)[];
}

/** The configuration that one stage had of what a run was made from, or of the run itself. */
export interface StageConfig {
  readonly run: string;
  readonly stage: string;
  readonly config: Readonly<Record<string, unknown>> | null;
}

/**
 * Of each run its own part of the configuration and those of the stages before it, in the order of the lineage as far as it is recorded. Of several
 * runs that made the same bytes it is the newest that was there already; models of other experiments, which a report may read, are left out.
 */
export function lineageConfigsSql(sql: Sql, keys: readonly string[]): postgres.PendingQuery<StageConfig[]> {
  return sql<StageConfig[]>`
    with recursive walk(root, kind, id) as (
      select id, 'run', id from retort.runs where key = any(${[...keys]}::uuid[])
      union
      select w.root, step.* from walk w cross join lateral (
        select 'artifact', a.artifact_id from retort.run_artifacts a
        where w.kind = 'run' and a.run_id = w.id and a.role = 'input'
        union all
        select 'run', a.run_id from retort.run_artifacts a
        where w.kind = 'artifact' and a.artifact_id = w.id and a.role = 'output'
      ) step
    )
    select distinct on (root.id, r.stage) root.key::text as run, r.stage, r.config
    from walk w join retort.runs root on root.id = w.root
      join retort.runs r on w.kind = 'run' and r.id = w.id and r.experiment_id = root.experiment_id
    order by root.id, r.stage, r.id = root.id desc, r.project = root.project desc, r.started_at <= root.started_at desc,
      r.started_at desc, r.id desc`;
}

/**
 * The configurations of runs and of the stages before them, place by place. A stage before counts where it is known of all runs, or its places would seem to be
 * missing in the others; `stages` are those, in the order of `order`. A place of several stages is that of the latest of these, and where a run's stages
 * disagree, the others have lines of their own, such as `seed (prepare)`.
 */
export function alignConfigs(
  runs: readonly { readonly run: string; readonly stage: string }[],
  configs: readonly StageConfig[],
  order: readonly string[],
): { readonly stages: readonly string[]; readonly lines: readonly PlaceValues[] } {
  const parts = new Map(configs.map(({ run, stage, config }) => [`${stage} ${run}`, flatten(config)]));
  const rank = (stage: string) => (order.includes(stage) ? order.indexOf(stage) : order.length);
  const stages = [...new Set(configs.map(({ stage }) => stage))]
    .filter((stage) => runs.every(({ run }) => parts.has(`${stage} ${run}`)))
    .sort((a, b) => rank(a) - rank(b));
  /** [run][stage], the run's own first, then back to the first stage. */
  const known = runs.map(({ run, stage }) =>
    [stage, ...[...stages].reverse().filter((before) => before !== stage)].map(
      (one) => [one, parts.get(`${one} ${run}`) ?? new Map<string, Leaf>()] as const,
    ),
  );
  const merged = known.map((own) => new Map([...own].reverse().flatMap(([, places]) => [...places])));
  const disputed = new Set(
    known.flatMap((own, i) =>
      own.flatMap(([, places]) =>
        [...places].flatMap(([place, leaf]) => (leaf === merged[i].get(place) ? [] : [place])),
      ),
    ),
  );
  const places = [...new Set(merged.flatMap((map) => [...map.keys()]))];
  const lines = places.flatMap((place): PlaceValues[] => {
    const values = merged.map((map) => map.get(place));
    const others = !disputed.has(place)
      ? []
      : stages.map((stage) => ({
          name: `${place} (${stage})`,
          values: runs.map(({ run }) => parts.get(`${stage} ${run}`)?.get(place)),
        }));
    return [
      { name: place, values },
      ...others.filter((line) => line.values.some((value, i) => value !== values[i] && value !== undefined)),
    ];
  });
  return { stages, lines };
}
