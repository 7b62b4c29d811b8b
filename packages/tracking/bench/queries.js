// How fast the queries answer on many points: nx run tracking:bench-queries. Needs 2 GB of disk for the 10 million points of
// `--runs 1000 --metrics 100 --points 100`, the default; the database is kept in .retort/bench-postgres for the next time.
import { parseArgs } from 'node:util';
import { compareRunsSql, curvesSql, findRunsSql } from '@retort/tracking';
import { openLargeDatabase, sizeOptions } from './large-database.js';

const { values } = parseArgs({ options: { ...sizeOptions, times: { type: 'string', default: '31' } } });
const { sql, keys, close } = await openLargeDatabase(values);
const ten = { runs: keys.slice(10, 15), metrics: ['loss', 'accuracy'] };
const queries = {
  'run list, 50 with two metrics': () => findRunsSql(sql, { metrics: ['loss', 'accuracy'] }),
  'filter by a metric': () => findRunsSql(sql, { filter: 'stage = distill and last(accuracy) > 0.02' }),
  'filter by parameters, sorted by a metric': () =>
    findRunsSql(sql, {
      filter: 'student.layers > 6 and losses.temperature = 2 and not min(loss) > 0',
      sort: '-last(loss)',
    }),
  'comparison of 50 runs': () => compareRunsSql(sql, keys.slice(100, 150)),
  '10 curves at 500 points': () => curvesSql(sql, { ...ten, points: 500 }),
  '10 curves at 50 points': () => curvesSql(sql, { ...ten, points: 50 }),
};

const [{ bytes }] = await sql`select pg_total_relation_size('retort.metrics') as bytes`;
console.log(`the table of points takes ${(bytes / 1e6).toFixed(0)} MB`);

/** The queries take turns, so that a busy moment hits all of them. */
const times = Object.fromEntries(Object.keys(queries).map((query) => [query, []]));
for (let i = 0; i < Number(values.times) + 1; i++) {
  for (const [query, statement] of Object.entries(queries)) {
    const start = performance.now();
    await statement();
    if (i > 0) times[query].push(performance.now() - start);
  }
}

let slow = false;
for (const [query, statement] of Object.entries(queries)) {
  const sorted = times[query].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const [row] = await sql`explain (format json) ${statement()}`;
  const sequential =
    JSON.stringify(row['QUERY PLAN']).match(/"Node Type":"(Parallel )?Seq Scan"[^{}]*"Relation Name":"metrics"/) !==
    null;
  slow ||= sequential || at(0.5) >= 100;
  console.log(
    `${query.padEnd(42)} p50 ${at(0.5).toFixed(1).padStart(6)} ms  p95 ${at(0.95).toFixed(1).padStart(6)} ms  ` +
      `sequential scan of points: ${sequential ? 'YES' : 'none'}`,
  );
}
console.log(
  slow
    ? 'MISSED: each within 100 ms, without a sequential scan of the points'
    : 'kept: each within 100 ms, without a sequential scan of the points',
);
if (slow) process.exitCode = 1;
await close();
