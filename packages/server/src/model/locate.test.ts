import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadExperiment, writeArtifact } from '@retort/shared';
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

  it('notices a file of the artifact that is gone', async () => {
    await quantize();
    rmSync(join(student(), 'vocab.txt'));
    await expect(locate()).rejects.toThrow('it is gone');
  });
});
