import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { artifactFolder, createProgress, type Experiment, loadExperiment, openArtifact } from '@retort/shared';
import { bertLike, tinyConfig } from '../testing/bert-like.ts';
import { makeWorkspace, writeTinyModel } from '../testing/workspace.ts';
import { runQuantize } from './quantize.ts';
import { runReport } from './report.ts';
import { runSeeds } from './seeds.ts';

const silent = () => createProgress({ title: 'test', stream: new PassThrough().resume() });

describe('seeds of a tiny experiment', () => {
  let tiny: Experiment;
  let other: Experiment;
  const load = (name: string) => loadExperiment(name, tiny.workspace);
  const configure = (changes: object) => {
    const path = join(tiny.folder, 'experiment.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }));
  };
  const report = async (experiment: Experiment) => {
    await runQuantize(experiment, silent());
    return (await runReport(experiment, silent())).results;
  };

  beforeAll(async () => {
    tiny = await makeWorkspace();
    configure({ seeds: [2, 1] });
    tiny = load('tiny');
    other = load('tiny@2');
    await writeTinyModel(other, 'finetune', bertLike({ ...tinyConfig, layers: 2, seed: 7 }));
    await writeTinyModel(other, 'distill', bertLike({ ...tinyConfig, layers: 1, seed: 8 }));
    await report(tiny);
  });
  afterAll(() => rmSync(tiny.workspace, { recursive: true }));

  it('need the report of every seed', async () => {
    await expect(runSeeds(tiny, silent())).rejects.toMatchObject({ remedy: 'run: nx run tiny@2:report' });
  });

  it('are compared model by model, the own seed first', async () => {
    const second = await report(other);
    const { results, manifest } = await runSeeds(tiny, silent());
    expect(results.seeds).toEqual([1, 2]);
    expect(results.models.map(({ name }) => name)).toEqual(['teacher', 'student', 'teacher-int8', 'student-int8']);
    expect(results.models[1].loss?.values[1]).toBe(second.models[1].loss);
    expect(manifest.metrics['student-teacher.loss']).toBe(results.differences[0].loss?.mean);
    expect(Object.keys(manifest.inputs)).toEqual([
      'artifacts/tiny/report/checksums.txt',
      'artifacts/tiny@2/report/checksums.txt',
    ]);
  });

  it('become an artifact', async () => {
    const { path, manifest } = await openArtifact(tiny.workspace, 'tiny', 'seeds');
    expect(manifest.config).toEqual({ seed: 1, seeds: [2, 1] });
    expect(readFileSync(path('results.md'), 'utf8')).toContain('# Results of tiny over 2 seeds');
  });

  it('must be trained with the same settings', async () => {
    configure({ report: { lengths: [8], runs: 10 } });
    await runReport(load('tiny'), silent());
    await expect(runSeeds(load('tiny'), silent())).rejects.toMatchObject({
      message: 'report of "tiny@2" ran with other settings than that of "tiny"',
      remedy: 'run: nx run tiny:seeds',
    });
    configure({ report: { lengths: [8, 16], runs: 10 } });
    await runReport(load('tiny'), silent());
  });

  it('must be trained with their seed', async () => {
    configure({ seed: 2 });
    await expect(runSeeds(load('tiny'), silent())).rejects.toThrow('finetune of "tiny" ran with the seed 1, not 2');
    configure({ seed: 1 });
  });

  it('must be those that the report is about', async () => {
    const file = join(artifactFolder(tiny.workspace, 'tiny@2', 'distill'), 'manifest.json');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/("model\.safetensors"|"onnx\/model\.onnx"): "\w{8}/, '$1: "00000000'),
    );
    await expect(runSeeds(tiny, silent())).rejects.toThrow('report ran on another result of distill');
  });

  it('must be several', async () => {
    configure({ seeds: undefined });
    await expect(runSeeds(load('tiny'), silent())).rejects.toMatchObject({
      message: '"tiny" has one seed: there is nothing to compare',
      remedy: 'name several, such as "seeds": [1, 2, 3]',
    });
  });

  it('are compared for the experiment, not for one of them', async () => {
    await expect(runSeeds(other, silent())).rejects.toMatchObject({ remedy: 'run: nx run tiny:seeds' });
  });
});
