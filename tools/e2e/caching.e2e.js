import { existsSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createWorkspace } from './workspace.js';

const all = ['prepare', 'finetune', 'distill', 'quantize', 'report'];

describe('the cache of the stages', () => {
  let workspace;
  beforeAll(() => {
    workspace = createWorkspace();
  });
  afterAll(() => workspace.remove());

  const report = () => workspace.nx('run', 'sample:report');
  /** The stages that run again after a change. */
  const rerun = (change) => {
    expect(report().status).toBe(0);
    change();
    const { status, stages, output } = report();
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
    return stages;
  };

  it('runs every stage once', () => {
    expect(report().stages).toEqual(all);
  });

  it('runs nothing the second time, and prints the table again', () => {
    const { stages, output } = report();
    expect(stages).toEqual([]);
    expect(output).toContain('the table of report');
  });

  it('restores deleted artifacts', () => {
    expect(rerun(() => rmSync(workspace.path('artifacts'), { recursive: true }))).toEqual([]);
    for (const stage of all) expect(existsSync(workspace.path(`artifacts/sample/${stage}/manifest.json`))).toBe(true);
  });

  it('distils again for another temperature', () => {
    expect(rerun(() => workspace.configure({ losses: { temperature: 4 } }))).toEqual(['distill', 'quantize', 'report']);
  });

  it('runs everything again for one byte of a source, though git ignores it', () => {
    expect(rerun(() => workspace.replace('data/raw/a.csv', 'hello', 'hallo'))).toEqual(all);
  });

  it('trains again for one byte of weights in models/, though git ignores them', () => {
    workspace.configure({ teacher: { weights: 'org/name' } });
    workspace.write('models/org/name/model.safetensors', 'one');
    const change = () => workspace.write('models/org/name/model.safetensors', 'two');
    expect(rerun(change)).toEqual(['finetune', 'distill', 'quantize', 'report']);
  });

  it('trains again for another revision', () => {
    expect(rerun(() => workspace.configure({ teacher: { weights: 'org/name@v2' } }))).toEqual([
      'finetune',
      'distill',
      'quantize',
      'report',
    ]);
  });

  it('runs nothing for another description', () => {
    expect(rerun(() => workspace.configure({ description: 'better' }))).toEqual([]);
  });

  it('runs nothing for another layout of experiment.json', () => {
    const file = 'experiments/sample/experiment.json';
    expect(rerun(() => workspace.write(file, JSON.stringify(JSON.parse(workspace.read(file)), null, 4)))).toEqual([]);
  });

  it('runs nothing for a comment in the code of a stage', () => {
    expect(rerun(() => workspace.replace('packages/trainer/src/cli.ts', 'const read', '// Why.\nconst read'))).toEqual(
      [],
    );
  });

  it('runs the stages of a package whose code has changed, and those that read other artifacts then', () => {
    const change = () => workspace.write('packages/quantizer/src/index.ts', 'export const name = 1;\n');
    expect(rerun(change)).toEqual(['quantize', 'report']);
  });

  it.each(['server', 'tracking'])('runs nothing for a change of %s', (name) => {
    expect(rerun(() => workspace.write(`packages/${name}/src/index.ts`, 'export const name = 1;\n'))).toEqual([]);
  });

  it('runs what uses an npm package of another version', () => {
    expect(rerun(() => anotherVersion('onnxruntime-node'))).toEqual(['finetune', 'distill', 'quantize', 'report']);
  });

  it('runs nothing for another version of what the stages do not use', () => {
    expect(rerun(() => anotherVersion('hono'))).toEqual([]);
  });

  it('runs nothing of an experiment because there is another', () => {
    const other = '{ "seed": 2, "data": { "sources": [{ "path": "/data/raw/a.csv" }] } }';
    expect(rerun(() => workspace.write('experiments/other/experiment.json', other))).toEqual([]);
  });

  it('trains each further seed once, on the same dataset', () => {
    expect(rerun(() => workspace.configure({ seeds: [1, 2] }))).toEqual([]);
    const seeds = () => workspace.nx('run', 'sample:seeds');
    const of = (seed) => ['finetune', 'distill', 'quantize', 'report'].map((stage) => `${seed}:${stage}`);
    expect(seeds()).toMatchObject({ status: 0, stages: [...of(2), 'seeds'] });
    expect(seeds().stages).toEqual([]);
    workspace.configure({ seeds: [1, 2, 3] });
    expect(seeds().stages).toEqual([...of(3), 'seeds']);
    workspace.configure({ seeds: [1, 3] });
    expect(seeds().stages).toEqual(['seeds']);
    expect(workspace.nx('run', 'sample@3:report')).toMatchObject({ status: 0, stages: [] });
  });

  it('does the same by the short name', () => {
    report();
    expect(workspace.nx('run', 'trainer:distill')).toMatchObject({ status: 0, stages: [] });
  });

  const odd = ['a (1).csv', 'x [1].csv', 'x{1}.csv', '!(b)+@*.csv', './c.csv', '../shared/d.csv'];
  it.each(odd)('runs prepare again for another content of %s', (path) => {
    const source = `experiments/odd/${path}`;
    for (const each of odd) workspace.write(`experiments/odd/${each}`, 'text,label\n');
    workspace.write(
      'experiments/odd/experiment.json',
      JSON.stringify({ data: { sources: odd.map((each) => ({ path: each })) } }),
    );
    const prepare = () => workspace.nx('run', 'odd:prepare').stages;
    prepare();
    expect(prepare()).toEqual([]);
    workspace.write(source, `text,label\nhello,${path}\n`);
    expect(prepare()).toEqual(['prepare']);
  });

  it('sees the sources and the seed of an experiment file with a byte order mark', () => {
    const configure = (seed) =>
      workspace.write(
        'experiments/odd/experiment.json',
        `\ufeff${JSON.stringify({ seed, data: { sources: [{ path: 'c.csv' }] } })}`,
      );
    const prepare = () => workspace.nx('run', 'odd:prepare').stages;
    configure(1);
    prepare();
    expect(prepare()).toEqual([]);
    workspace.write('experiments/odd/c.csv', 'text,label\nhello,again\n');
    expect(prepare()).toEqual(['prepare']);
    configure(2);
    expect(prepare()).toEqual(['prepare']);
  });

  it('leaves it to the stage to complain about a source outside of the workspace', () => {
    workspace.write('experiments/odd/experiment.json', '{ "data": { "sources": [{ "path": "../../../e.csv" }] } }');
    const { status, output } = workspace.nx('run', 'odd:prepare');
    expect(status).toBe(1);
    expect(output).toContain('e.csv');
  });

  it('leaves it to the stage to complain about an experiment file that is not JSON', () => {
    workspace.write('experiments/other/experiment.json', '{');
    const { status, output } = workspace.nx('run', 'other:prepare');
    expect(status).toBe(1);
    expect(output).toContain('SyntaxError');
  });

  it('leaves it to the stage to complain about a missing source', () => {
    workspace.write('experiments/other/experiment.json', '{ "data": { "sources": [{ "path": "/gone.csv" }] } }');
    const { status, output } = workspace.nx('run', 'other:prepare');
    expect(status).toBe(1);
    expect(output).toContain('gone.csv');
  });

  /** What the lock file looks like after an update of one package. */
  const anotherVersion = (name) => {
    const [line] = new RegExp(`\\n  ${name}@[^\\n]*:\\n    resolution: {integrity: sha512-.{8}`).exec(
      workspace.read('pnpm-lock.yaml'),
    );
    workspace.replace('pnpm-lock.yaml', line, `${line.slice(0, -8)}AAAAAAAA`);
  };
});
