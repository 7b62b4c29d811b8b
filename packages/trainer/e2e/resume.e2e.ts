import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { artifactFolder, type Experiment, Random } from '@retort/shared';
import { everyTerm, makeWorkspace } from '../src/testing/workspace.ts';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const hooks = new URL('../../shared/testing/typescript-hooks.mjs', import.meta.url).href;
const stages = ['finetune', 'distill'] as const;
const kills = 20;

let experiment: Experiment;
beforeAll(async () => {
  // All that a distillation can have is resumed.
  experiment = await makeWorkspace(everyTerm);
});
afterAll(() => {
  rmSync(experiment.workspace, { recursive: true, force: true });
});

const folderOf = (stage: string) => artifactFolder(experiment.workspace, 'tiny', stage);
const checkpoints = () => join(experiment.workspace, '.retort');

/** Both stages in a process of their own, which ends of itself or is killed. */
function start(): ChildProcessWithoutNullStreams & { output: () => string } {
  const args = ['--conditions=@retort/source', '--no-warnings', '--import', hooks, here('run-stages.mjs')];
  const child = spawn(process.execPath, [...args, experiment.workspace, '0'], { cwd: here('..') });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (text += String(part)));
  return Object.assign(child, { output: () => text });
}

/** The weights of both stages and the curves of their training, without what a clock decides. */
function results() {
  return stages.map((stage) => ({
    checksums: readFileSync(join(folderOf(stage), 'checksums.txt'), 'utf8'),
    curves: readFileSync(join(folderOf(stage), 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; step: number; epoch: number; value: number })
      .filter(({ name }) => name !== 'train.tokens_per_second' && !name.startsWith('resources.'))
      .map(({ name, step, epoch, value }) => [name, step, epoch, value]),
  }));
}

function removeResults(): void {
  for (const stage of stages) rmSync(folderOf(stage), { recursive: true, force: true });
}

describe('finetune and distill, killed again and again', () => {
  it(`end in the same bytes as without the ${kills} kills, with every point of the curves once`, async () => {
    const undisturbed = start();
    // Loading the code takes long on a busy machine: time counts from the first line that a stage prints.
    await once(undisturbed.stdout, 'data');
    const began = performance.now();
    const [code] = await once(undisturbed, 'exit');
    expect([undisturbed.output(), code]).toEqual([expect.any(String), 0]);
    const duration = performance.now() - began;
    const expected = results();
    removeResults();

    const random = new Random(20);
    let killed = 0;
    let resumed = 0;
    while (killed < kills) {
      const child = start();
      // Anywhere from the beginning of a stage to writing the student.
      const delay = duration * random.uniform();
      let timer: NodeJS.Timeout | undefined;
      child.stdout.once('data', () => {
        timer = setTimeout(() => child.kill('SIGKILL'), delay);
      });
      const [exit, signal] = await once(child, 'exit');
      clearTimeout(timer);
      if (child.output().includes('goes on after step')) resumed++;
      if (signal === 'SIGKILL') killed++;
      else {
        expect([child.output(), exit]).toEqual([expect.any(String), 0]);
        expect(results()).toEqual(expected);
        removeResults();
      }
    }
    const last = start();
    const [exit] = await once(last, 'exit');
    expect([last.output(), exit]).toEqual([expect.any(String), 0]);
    expect(results()).toEqual(expected);
    // A test that never met a checkpoint would prove nothing.
    expect(resumed).toBeGreaterThan(kills / 4);
    expect(readdirSync(join(experiment.workspace, 'artifacts/tiny')).sort()).toEqual([
      'distill',
      'finetune',
      'prepare',
    ]);
    expect(existsSync(join(checkpoints(), 'checkpoints'))).toBe(false);
  });
});
