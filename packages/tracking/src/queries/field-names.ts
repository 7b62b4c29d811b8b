import type { Sql } from '../database/open.ts';

/** What there is to filter by, to sort by and to show, each list in the order of the alphabet. */
export interface FieldNames {
  /** Final figures. */
  readonly figures: readonly string[];
  /** Curves. */
  readonly metrics: readonly string[];
  /** Places of configurations, such as `student.layers`. */
  readonly config: readonly string[];
}

/** The names that runs use. Places of a configuration are those at which a value stands; what lies in lists is left out. */
export async function fieldNames(sql: Sql): Promise<FieldNames> {
  const [names] = await sql<FieldNames[]>`
    with recursive places(path, value) as (
      select key, value from (select distinct config from retort.runs) r, jsonb_each(r.config)
      union
      select path || '.' || inner_place.key, inner_place.value
      from places, jsonb_each(case when jsonb_typeof(places.value) = 'object' then places.value else '{}' end) inner_place
    )
    select
      coalesce((select json_agg(name order by name) from
        (select distinct jsonb_object_keys(figures) as name from retort.runs) f), '[]') as figures,
      coalesce((select json_agg(name order by name) from retort.metric_names n
        where exists (select from retort.run_metrics m where m.metric_id = n.id)), '[]') as metrics,
      coalesce((select json_agg(path order by path) from
        (select distinct path from places where jsonb_typeof(value) <> 'object') p), '[]') as config`;
  return names;
}
