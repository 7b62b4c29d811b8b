import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { artifactInputs, loadExperiment, openArtifact, writeArtifact } from '@retort/shared';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writeTinyModel } from '../../test/tiny-model.ts';
import { readCard, readEvaluation } from './evaluation.ts';
import { locateModel } from './locate.ts';

const workspace = temporaryFolder();
const figures = {
  accuracy: 0.9,
  accuracyInterval: [0.85, 0.94],
  loss: 0.3,
  calibrationError: 0.02,
  macroF1: 0.89,
  auroc: 0.95,
};
const split = { name: 'test', n: 200, sha256: 'ab'.repeat(32) };

async function quantize(accuracy: number): Promise<void> {
  await writeArtifact(loadExperiment('sample', workspace()), 'quantize', async (writer) => {
    writeTinyModel(join(writer.folder, 'student'));
    await writer.commit({ inputs: {}, metrics: { accuracy } });
  });
}

const locate = () => locateModel({ workspace: workspace(), experiment: 'sample' });

beforeEach(async () => {
  mkdirSync(join(workspace(), 'experiments/sample'), { recursive: true });
  const config = { data: { sources: [{ path: 'a.csv' }], labels: ['human', 'ai'] } };
  writeFileSync(join(workspace(), 'experiments/sample/experiment.json'), JSON.stringify(config));
  await quantize(0.9);
  const source = await openArtifact(workspace(), 'sample', 'quantize');
  await writeArtifact(loadExperiment('sample', workspace()), 'report', async (writer) => {
    const models = [
      { name: 'student', ...figures, accuracy: 0.1 },
      { name: 'student-int8', ...figures },
    ];
    writeFileSync(await writer.path('results.json'), JSON.stringify({ split, models }));
    writeFileSync(await writer.path('cards/student-int8/README.md'), '# The card');
    await writer.commit({ inputs: artifactInputs([source]), metrics: {} });
  });
});

describe('a model with a report', () => {
  it('has its own figures of it, and its card', async () => {
    expect(await readEvaluation(await locate())).toEqual({ split, ...figures });
    expect(await readCard(await locate())).toBe('# The card');
  });

  it('has none of a report on another model that lay there before', async () => {
    const located = await locate();
    const run = located.run && {
      ...located.run,
      manifest: { ...located.run.manifest, outputs: { other: 'cd'.repeat(32) } },
    };
    expect(await readEvaluation({ ...located, run })).toBeUndefined();
    expect(await readCard({ ...located, run })).toBeUndefined();
  });

  it('has none where the file is of another version', async () => {
    writeFileSync(join(workspace(), 'artifacts/sample/report/results.json'), '{"format":9}');
    expect(await readEvaluation(await locate())).toBeUndefined();
  });
});
