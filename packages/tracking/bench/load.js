/**
 * Fills an empty database with runs such as sweeps leave: each of `metrics` curves of `points` points, by generate_series.
 * Foreign keys are not looked at meanwhile, for they hold by construction: it takes a tenth of the time.
 */
export async function loadRuns(sql, { runs, metrics, points, experiments = 10 }) {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    // A load that was broken off has left no rows, but numbers that are used up; below they have to begin with 1.
    await tx`truncate retort.experiments, retort.metric_names restart identity cascade`;
    await tx`insert into retort.experiments (name) select 'sweep-' || i from generate_series(1, ${experiments}::int) i`;
    await tx`insert into retort.metric_names (name)
      select case i when 1 then 'loss' when 2 then 'accuracy' else 'layer.' || i || '/norm' end
      from generate_series(1, ${metrics}::int) i`;
    await tx`
      insert into retort.runs (key, experiment_id, project, stage, status, seed, config, git_commit, git_dirty, host,
        started_at, ended_at, figures, lines)
      select gen_random_uuid(), 1 + i % ${experiments}::int, 'sweep-' || 1 + i % ${experiments}::int,
        (array['prepare', 'finetune', 'distill', 'quantize', 'report'])[1 + i % 5], 'succeeded', i % 7,
        jsonb_build_object('seed', i % 7, 'student', jsonb_build_object('layers', 2 + i % 11, 'from', 'lower'),
          'losses', jsonb_build_object('temperature', 1 + i % 4, 'hard', (i % 10) / 10.0), 'maxTokens', 512),
        md5(i::text), i % 2 = 0, 'host-' || i % 3, timestamptz '2026-01-01Z' + i * interval '1 minute',
        timestamptz '2026-01-01Z' + i * interval '1 minute' + interval '50 seconds',
        jsonb_build_object('accuracy', 0.9 + (i * 7919 % 1000) / 10000.0, 'loss', (i * 104729 % 1000) / 1000.0),
        ${metrics * points}::int
      from generate_series(1, ${runs}::int) i`;
    await tx`
      insert into retort.metrics (run_id, metric_id, line, value, time, step)
      select r.id, m.id, (p - 1) * ${metrics}::int + m.id, 1.0 / p + sin(p * m.id + r.id) / 10,
        r.started_at + p * interval '100 ms', p * 10
      from retort.runs r, retort.metric_names m, generate_series(1, ${points}::int) p order by r.id, m.id, p`;
    await tx`
      insert into retort.run_metrics (run_id, metric_id, points, min, max, last, last_line, last_step)
      select run_id, metric_id, count(*), min(value), max(value), (array_agg(value order by line desc))[1], max(line), max(step)
      from retort.metrics group by run_id, metric_id`;
  });
  await sql`vacuum (analyze) retort.runs, retort.metric_names, retort.run_metrics, retort.metrics`;
}
