import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Experiment, Random } from '@retort/shared';
import { makeWorkspace } from '../../trainer/src/testing/workspace.ts';
import { type Database, openDatabase } from '../src/database/open.ts';
import { findPostmaster } from '../src/embedded/postmaster.ts';
import { serverFolder, stopServer } from '../src/embedded/server.ts';
import { parseLine } from '../src/recording/parse-line.ts';
import { findSources } from '../src/recording/sources.ts';
import { sync } from '../src/recording/sync.ts';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const hooks = new URL('../../shared/testing/typescript-hooks.mjs', import.meta.url).href;
const recorder = here('../dist/cli.js');
const kills = 10;

let experiment: Experiment;
let folder: string;
beforeAll(async () => {
  experiment = await makeWorkspace();
  chmodSync(experiment.workspace, 0o755);
  folder = serverFolder(experiment.workspace);
});
afterAll(async () => {
  await stopServer(folder);
  rmSync(experiment.workspace, { recursive: true, force: true });
});

/** Both stages in a process of their own, which starts recorders as a stage in a workspace does. */
function train(): ChildProcess {
  const args = ['--conditions=@retort/source', '--no-warnings', '--import', hooks, here('train.mjs')];
  const environment = { ...process.env, RETORT_RECORDER: recorder, DATABASE_URL: '' };
  return spawn(process.execPath, [...args, experiment.workspace], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: environment,
  });
}

/** The recorders of this workspace: they start the server. */
function recorders(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return command.includes(recorder) && readlinkSync(`/proc/${pid}/cwd`) === experiment.workspace;
      } catch {
        return false;
      }
    });
}

function killProcess(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** Every point of the folders, by run. */
function pointsOfFolders() {
  return Object.fromEntries(
    findSources(experiment.workspace).map(({ key, folder }) => {
      const file = join(experiment.workspace, folder, 'metrics.jsonl');
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
      const points = lines.map(parseLine).flatMap((point, i) => {
        return point === undefined ? [] : [[i + 1, point.name, point.value, point.step, point.time]];
      });
      return [key, points];
    }),
  );
}

async function pointsOfDatabase({ sql }: Database, key: string) {
  const rows = await sql`
    select line, name, value, time, step from retort.metrics
    join retort.metric_names m on m.id = metric_id join retort.runs r on r.id = run_id where key = ${key} order by line`;
  return rows.map(({ line, name, value, step, time }) => [line, name, value, step, time.toISOString()]);
}

describe('recording, while writer, server and starter are killed', () => {
  it(`has every point of the folders once after ${kills} kills of each`, async () => {
    const random = new Random(7);
    const killed = { writer: 0, server: 0, starter: 0 };
    const done = () => Object.values(killed).every((count) => count >= kills);
    let made = 0;
    const expected = new Map<string, unknown[]>();
    const remember = () => {
      for (const [key, points] of Object.entries(pointsOfFolders())) expected.set(key, points);
    };
    while (!done()) {
      const child = train();
      const exit = once(child, 'exit');
      // Loading the code takes most of the time: a kill counts when something is at work.
      if (child.stdout !== null) await Promise.race([once(child.stdout, 'data'), exit]);
      while (child.exitCode === null && child.signalCode === null) {
        await Promise.race([exit, pause(250 * random.uniform())]);
        const choices = (['writer', 'server', 'starter'] as const).filter((who) => killed[who] < kills);
        const who = choices[Math.floor(random.uniform() * choices.length)];
        if (who === undefined || child.exitCode !== null || child.signalCode !== null) continue;
        const pid = { writer: child.pid, server: findPostmaster(folder)?.pid, starter: recorders()[0] }[who];
        if (killProcess(pid)) killed[who]++;
        if (who === 'writer') await exit;
      }
      remember();
      if (!existsSync(join(experiment.workspace, 'artifacts/tiny/distill'))) continue;
      made++;
      // As if the stages were to run again. The runs stay as history.
      for (const stage of ['finetune', 'distill'])
        rmSync(join(experiment.workspace, 'artifacts/tiny', stage), { recursive: true });
    }
    const last = train();
    await once(last, 'exit');
    remember();
    while (recorders().length > 0) await pause(50);

    const database = await openDatabase(experiment.workspace, { url: '' });
    await sync(database.sql, experiment.workspace);
    expect(expected.size).toBeGreaterThan(kills);
    for (const [key, points] of expected) {
      const found = await pointsOfDatabase(database, key);
      expect(found).toEqual(points);
    }
    const statuses = await database.sql`select status, count(*) as n from retort.runs group by status`;
    expect(statuses.map(({ status }) => status).sort()).toEqual(['killed', 'succeeded']);
    await database.close();
    process.stdout.write(`${JSON.stringify({ killed, made, runs: expected.size })}\n`);
  });
});
