import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@retort/tracking';
import { loadRuns } from './load.js';

/** The options of benches on many points, for `parseArgs`. */
export const sizeOptions = {
  runs: { type: 'string', default: '1000' },
  metrics: { type: 'string', default: '100' },
  points: { type: 'string', default: '100' },
};

/**
 * A database of so many runs, curves a run and points a curve, in .retort/bench-postgres, where it stays for the next time. Says where it runs and what it holds.
 * `open` makes further connections; `keys` are the runs', in the order in which they were loaded.
 */
export async function openLargeDatabase({ runs, metrics, points }) {
  const size = { runs: Number(runs), metrics: Number(metrics), points: Number(points) };
  const folder = fileURLToPath(new URL('../../../.retort/bench-postgres', import.meta.url));
  const name = `bench_${size.runs}_${size.metrics}_${size.points}`;
  const admin = await openDatabase('', { folder });
  const [known] = await admin.sql`select from pg_database where datname = ${name}`;
  if (known === undefined) await admin.sql.unsafe(`create database ${name}`);
  const open = (options = {}) => openDatabase('', { folder, database: name, ...options });
  const database = await open();
  const { sql } = database;
  const [{ there }] = await sql`select exists (select from retort.metrics) as there`;
  if (!there) {
    console.log(`loading ${(size.runs * size.metrics * size.points).toLocaleString('en')} points`);
    const start = performance.now();
    await loadRuns(sql, size);
    console.log(`  took ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  const keys = (await sql`select key::text from retort.runs order by id`).map(({ key }) => key);
  const [{ version }] = await sql`select current_setting('server_version') as version`;
  console.log(
    `${cpus()[0].model}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}; Node ${process.version}, Postgres ${version}`,
  );
  console.log(`${size.runs} runs x ${size.metrics} metrics x ${size.points} points`);
  const close = async () => {
    await database.close();
    await admin.close();
  };
  return { sql, keys, open, close };
}
