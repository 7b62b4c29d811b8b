import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findOpenVino, openvino, precisionVariable } from '@retort/runtime';
import { createProgress, type Experiment, openArtifact } from '@retort/shared';
import { measureResources } from '../report/resources/measure.ts';
import type { Results } from '../report/results.ts';
import { makeWorkspace } from '../testing/workspace.ts';
import { fp32File } from './models.ts';
import { runQuantize } from './quantize.ts';
import { runReport } from './report.ts';

const silent = () => createProgress({ title: 'test', stream: new PassThrough().resume() });

(findOpenVino() === undefined ? describe.skip : describe)('a report with OpenVINO', () => {
  let experiment: Experiment;
  let results: Results;
  const { OPENVINO_CACHE_DIR: cacheBefore, [precisionVariable]: precisionBefore } = process.env;
  beforeAll(async () => {
    process.env.OPENVINO_CACHE_DIR = '';
    // By itself it takes bf16 where the processor gains by it.
    process.env[precisionVariable] = 'fp32';
    experiment = await makeWorkspace({
      quantization: { recipe: 'static-int8' },
      report: { lengths: [8], runs: 10, robustnessTexts: 5, resources: false, runtimes: ['openvino'] },
    });
    await runQuantize(experiment, silent());
    ({ results } = await runReport(experiment, silent()));
  });
  afterAll(() => {
    process.env.OPENVINO_CACHE_DIR = cacheBefore ?? '';
    process.env[precisionVariable] = precisionBefore ?? '';
    rmSync(experiment.workspace, { recursive: true });
  });
  const model = (name: string) => results.models.find((one) => one.name === name);

  it('has a row for each model and runtime', () => {
    const names = ['teacher', 'student', 'teacher-int8', 'student-int8'];
    expect(results.models.map(({ name }) => name)).toEqual([...names, ...names.map((name) => `${name}-openvino`)]);
  });

  it('says what ran a row', () => {
    expect(model('student')?.runtime).toBeUndefined();
    expect(model('student-openvino')?.runtime).toBe(`openvino ${openvino('fp32').version} (cpu, fp32)`);
  });

  it('gives an fp32 model the loss that onnxruntime gives it', () => {
    expect(model('teacher-openvino')?.loss).toBeCloseTo(model('teacher')?.loss ?? Number.NaN, 4);
  });

  it('gives an int8 model about the loss that onnxruntime gives it', () => {
    expect(model('student-int8-openvino')?.loss).toBeCloseTo(model('student-int8')?.loss ?? Number.NaN, 1);
  });

  it('measures the speed of each', () => {
    for (const { latency } of results.models) expect(latency[0].p50).toBeGreaterThan(0);
  });

  it('measures throughput and memory by the runtime of a row', async () => {
    const { folder } = await openArtifact(experiment.workspace, experiment.name, 'distill');
    const resources = await measureResources({
      exactProducts: true,
      file: join(folder, fp32File),
      device: 'openvino',
      texts: [[Int32Array.of(2, 7, 8, 3)]],
      threads: 1,
      workers: 1,
      batchSizes: [],
      budgetMs: 10,
    });
    expect(resources.throughput.textsPerSecond).toBeGreaterThan(0);
    expect(resources.peakMemoryBytes).toBeGreaterThan(0);
  });
});
