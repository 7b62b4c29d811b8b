import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Executor, onnxruntimeCpu } from '@retort/runtime';
import { loadExperiment, type ModelSettings, modelSettingsJson, writeArtifact } from '@retort/shared';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writeTinyModel } from '../../test/tiny-model.ts';
import { locateModel } from './locate.ts';

const workspace = temporaryFolder();
const student = () => join(workspace(), 'artifacts/sample/quantize/student');

/** An experiment whose quantize stage has really written an artifact. */
async function quantize(): Promise<void> {
  writeExperiment();
  await writeArtifact(loadExperiment('sample', workspace()), 'quantize', async (writer) => {
    writeTinyModel(join(writer.folder, 'student'));
    await writer.commit({ inputs: {}, metrics: { accuracy: 0.9 } });
  });
}

function writeExperiment(): void {
  mkdirSync(join(workspace(), 'experiments/sample'), { recursive: true });
  writeFileSync(
    join(workspace(), 'experiments/sample/experiment.json'),
    JSON.stringify({ data: { sources: [{ path: 'a.csv' }], labels: ['human', 'ai'] } }),
  );
}

const locate = (model?: string) => locateModel({ workspace: workspace(), experiment: 'sample', model });

describe('locateModel', () => {
  it("finds the experiment's quantized student and the run that made it", async () => {
    await quantize();
    expect(await locate()).toMatchObject({
      id: 'sample-quantize-student',
      folder: student(),
      onnxFile: 'onnx/model_quantized.onnx',
      run: { experiment: 'sample', stage: 'quantize', manifest: { metrics: { accuracy: 0.9 } } },
    });
  });

  it('says which command makes the model that is missing', async () => {
    writeExperiment();
    await expect(locate()).rejects.toMatchObject({ name: 'UserError', remedy: 'run: nx run sample:quantize' });
  });

  it('takes the student in full precision where no quantized one has passed the gate', async () => {
    writeExperiment();
    await writeArtifact(loadExperiment('sample', workspace()), 'distill', async (writer) => {
      writeTinyModel(writer.folder, { file: 'onnx/model.onnx' });
      await writer.commit({ inputs: {}, metrics: {} });
    });
    expect(await locate()).toMatchObject({
      id: 'sample-distill',
      onnxFile: 'onnx/model.onnx',
      run: { stage: 'distill' },
    });
  });

  it('tells an experiment that does not exist from one that has not run', async () => {
    await expect(locate()).rejects.toThrow('there is no experiment "sample"');
  });

  it('refuses a model that is not what its stage wrote', async () => {
    await quantize();
    appendFileSync(join(student(), 'onnx/model_quantized.onnx'), 'x');
    await expect(locate()).rejects.toThrow('the file is not what the stage wrote');
  });

  it('takes a model folder from anywhere, without a run', async () => {
    const folder = join(workspace(), 'downloads/classifier');
    writeTinyModel(folder, { file: 'onnx/model.onnx' });
    expect(await locate(folder)).toEqual({ id: 'classifier', folder, onnxFile: 'onnx/model.onnx' });
  });

  it('refuses a folder without a model', async () => {
    await quantize();
    await expect(locate(join(workspace(), 'artifacts/sample/quantize/teacher'))).rejects.toMatchObject({
      name: 'UserError',
      remedy: 'name a model folder, or make the default one: nx run sample:quantize',
    });
  });

  it('names the model folders below one without a model', async () => {
    for (const name of ['a', 'inside/b']) writeTinyModel(join(workspace(), 'models', name));
    await expect(locate(join(workspace(), 'models'))).rejects.toMatchObject({
      remedy: expect.stringMatching(/^name a model folder, such as \S+models.a or \S+models.inside.b$/),
    });
  });

  it('notices a file of the artifact that is gone', async () => {
    await quantize();
    rmSync(join(student(), 'vocab.txt'));
    await expect(locate()).rejects.toThrow('it is gone');
  });
});

describe('on a processor that saturates int8 products', () => {
  /** Stands in for such a processor: all sums of products come out as pairs of 16 bits would be, 32 x 32767. */
  const saturating: Executor = {
    ...onnxruntimeCpu,
    open: async () => ({
      inputNames: ['a', 'b'],
      outputNames: ['y'],
      run: async () => ({ y: { type: 'int32', shape: [1], data: Int32Array.of(32 * 32_767) } }),
      close: async () => {},
    }),
  };
  const locateThere = (model: string) =>
    locateModel({ workspace: workspace(), experiment: 'sample', model }, saturating);
  const settings = (twin?: string): ModelSettings => ({
    longTexts: 'head',
    maxTokens: 16,
    quantization: {
      recipe: 'dynamic-int8',
      embeddings: 'int8',
      reduceRange: false,
      kept: [],
      company: { largest: 0, p99: 0, n: 1 },
      cpu: { saturationSafe: false, twin, measuredOn: { flags: [], saturates: false } },
    },
  });
  const write = (twin?: string) => {
    const folder = join(workspace(), 'downloads/classifier');
    writeTinyModel(folder);
    writeFileSync(join(folder, 'retort.json'), modelSettingsJson(settings(twin)));
    return folder;
  };

  it('the twin is served', async () => {
    const located = await locateThere(write('onnx/twin.onnx'));
    expect([located.onnxFile, located.warning]).toEqual(['onnx/twin.onnx', undefined]);
  });

  it('a model without a twin comes with a warning', async () => {
    expect((await locateThere(write())).warning).toContain('saturates');
  });
});
