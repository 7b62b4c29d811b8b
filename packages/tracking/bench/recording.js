/**
 * Four processes write 100,000 points each and record them, while two read. Usage: nx run tracking:bench
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MetricsLog } from '@retort/shared';
import { openDatabase } from '../dist/index.js';
import { ingestPoints } from '../dist/recording/ingest-points.js';

const writers = 4;
const readers = 2;
const points = 100_000;
const [role, root, number] = process.argv.slice(2);

if (role === undefined) await main();
else if (role === 'writer') await write();
else await read();

async function main() {
  const root = mkdtempSync(join(tmpdir(), 'retort-bench-'));
  chmodSync(root, 0o755);
  writeFileSync(join(root, 'nx.json'), '{}');
  const database = await openDatabase(root);
  const { sql } = database;
  const [{ version }] = await sql`select current_setting('server_version') as version`;
  await sql`insert into retort.experiments (name) values ('bench')`;
  for (let i = 0; i < writers; i++) {
    await sql`insert into retort.runs (key, experiment_id, project, stage, status, started_at)
      select gen_random_uuid(), id, 'bench', 'distill', 'running', now() from retort.experiments`;
  }
  const program = fileURLToPath(import.meta.url);
  const start = (role, i) => fork(program, [role, root, String(i)]);
  const reading = Array.from({ length: readers }, (_, i) => start('reader', i));
  const writing = Array.from({ length: writers }, (_, i) => start('writer', i));
  await Promise.all([...reading, ...writing].map((child) => once(child, 'message')));
  const began = performance.now();
  for (const child of [...reading, ...writing]) child.send('go');
  await Promise.all(writing.map((child) => once(child, 'exit')));
  const seconds = (performance.now() - began) / 1000;
  const queries = await Promise.all(reading.map(queriesOf));
  const [{ rows, distinct }] = await sql`
    select count(*) as rows, count(distinct (run_id, line)) as distinct from retort.metrics`;
  const rate = Math.round((writers * points) / seconds);
  console.log(`${cpus()[0].model}, ${cpus().length} cores; Postgres ${version}, Node ${process.version}`);
  console.log(`${rows} points of ${writers * points} are there, ${distinct} different ones`);
  console.log(
    `${writers} writers, ${readers} readers: ${seconds.toFixed(1)} s, ${rate} points/s; ${queries.map(([n]) => n)} queries meanwhile`,
  );
  await database.close();
  rmSync(root, { recursive: true, force: true });
  if (rows !== writers * points || distinct !== rows || rate < 20_000) process.exitCode = 1;
}

/** Stops a reader, which tells how many queries it made. */
function queriesOf(child) {
  const answer = once(child, 'message');
  child.send('stop');
  return answer;
}

/** Appends as a stage does, and sends as its recorder does. */
async function write() {
  const { sql, close } = await openDatabase(root, { max: 1 });
  const file = join(root, `${number}.jsonl`);
  const log = new MetricsLog(file);
  const [{ id }] = await sql`select id from retort.runs order by id offset ${Number(number)} limit 1`;
  await ready();
  for (let step = 1; step <= points / 4; ) {
    for (let i = 0; i < 2500 && step <= points / 4; i++, step++) {
      const point = (name) => ({ name, value: Math.random(), step, epoch: step / 1000 });
      log.append(
        point('train.loss'),
        point('train.learning_rate'),
        point('train.gradient_norm'),
        point('train.tokens_per_second'),
      );
    }
    await ingestPoints(sql, id, file);
  }
  log.close();
  await close();
  process.exit();
}

/** Asks for the last points and for a curve, again and again. */
async function read() {
  const { sql, close } = await openDatabase(root, { max: 1 });
  let queries = 0;
  let stopped = false;
  await ready();
  process.on('message', () => {
    stopped = true;
  });
  while (!stopped) {
    await sql`select run_id, metric_id, last from retort.run_metrics`;
    await sql`select step, value from retort.metrics where run_id = 1 and metric_id = 1 order by line desc limit 500`;
    queries += 2;
  }
  process.send(queries);
  await close();
  process.exit();
}

async function ready() {
  const go = once(process, 'message');
  process.send('ready');
  await go;
}
