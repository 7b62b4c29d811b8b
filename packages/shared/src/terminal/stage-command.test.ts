import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createProgress, type ProgressOptions } from './progress.ts';
import { stageCommand } from './stage-command.ts';

describe('stageCommand', () => {
  const before = process.cwd();
  let workspace: string;
  let drawn: string;
  beforeEach(() => {
    workspace = realpathSync(mkdtempSync(join(tmpdir(), 'retort-')));
    mkdirSync(join(workspace, 'experiments/tiny'), { recursive: true });
    writeFileSync(join(workspace, 'nx.json'), '{}');
    const config = { data: { sources: [{ path: 'a.csv' }], labels: ['a', 'b'] } };
    writeFileSync(join(workspace, 'experiments/tiny/experiment.json'), JSON.stringify(config));
    process.chdir(workspace);
    drawn = '';
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(workspace, { recursive: true });
  });

  /** A command on a terminal. */
  const command = (run: Parameters<typeof stageCommand>[2]) => {
    const start = (options: ProgressOptions) => {
      const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
      stream.on('data', (data) => {
        drawn += data;
      });
      return createProgress({ ...options, stream });
    };
    return stageCommand('distill', 'Trains the student.', run, {
      options: { engine: { type: 'string', help: 'what computes' } },
      start,
    });
  };

  it('gives the stage the experiment, and says whose progress it is', async () => {
    let name = '';
    const run = command(async (experiment, progress) => {
      name = experiment.name;
      progress.line('done');
    });
    await run.run({ experiment: 'tiny' });
    expect([name, drawn]).toEqual(['tiny', 'distill tiny  done\n']);
  });

  it('gives the stage its own options beside --experiment', async () => {
    let given: unknown;
    const run = command(async (_experiment, _progress, values) => {
      given = values;
    });
    expect(Object.keys(run.options)).toEqual(['experiment', 'engine']);
    await run.run({ experiment: 'tiny', engine: 'fast' });
    expect(given).toEqual({ experiment: 'tiny', engine: 'fast' });
  });

  it('takes the live line off the terminal when the stage fails', async () => {
    const failing = command(async (_, progress) => {
      progress.update('epoch 1');
      throw new Error('no more');
    });
    await expect(failing.run({ experiment: 'tiny' })).rejects.toThrow('no more');
    expect(drawn).toBe('distill tiny  epoch 1\r\x1b[2K');
  });
});
