import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Model, writeModel } from '@retort/onnx';
import {
  artifactFolder,
  artifactInputs,
  createTokenizer,
  type Experiment,
  loadExperiment,
  type ModelSettings,
  modelSettingsFile,
  modelSettingsJson,
  Random,
  readManifest,
  type Stage,
  tokenizerFiles,
  writeArtifact,
} from '@retort/shared';
import { parquetWriteFile } from 'hyparquet-writer';
import { bertLike, tinyConfig } from './bert-like.ts';
import { runSourcesInChildren } from './child-sources.ts';

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const words = Array.from({ length: tinyConfig.vocabularySize - special.length }, (_, i) => `word${i}`);
export const labels = ['human', 'ai'];
const textCount = 24;

/** A workspace in a temporary folder whose experiment `tiny` has a dataset and two random models, ready to be quantized. */
export async function makeWorkspace(more: object = {}): Promise<Experiment> {
  runSourcesInChildren();
  const workspace = mkdtempSync(join(tmpdir(), 'retort-'));
  writeFileSync(join(workspace, 'nx.json'), '{}');
  mkdirSync(join(workspace, 'experiments/tiny'), { recursive: true });
  const config = {
    data: { sources: [{ path: 'texts.csv' }], labels },
    maxTokens: 24,
    report: { lengths: [8, 16], runs: 10, resources: false },
    ...more,
  };
  writeFileSync(join(workspace, 'experiments/tiny/experiment.json'), JSON.stringify(config));
  const experiment = loadExperiment('tiny', workspace);
  await writeDataset(experiment);
  await writeTinyModel(experiment, 'finetune', bertLike({ ...tinyConfig, layers: 2 }));
  await writeTinyModel(experiment, 'distill', bertLike({ ...tinyConfig, layers: 1, seed: 2 }));
  return experiment;
}

export async function writeDataset(experiment: Experiment, seed = 5): Promise<void> {
  const random = new Random(seed);
  const rows = Array.from({ length: textCount }, (_, i) => i);
  const text = rows.map((i) => Array.from({ length: 3 + i }, () => words[random.integer(words.length)]).join(' '));
  await writeArtifact(experiment, 'prepare', async (writer) => {
    for (const split of ['validation', 'test']) {
      parquetWriteFile({
        filename: await writer.path(`${split}.parquet`),
        columnData: [
          { name: 'id', type: 'INT32', data: rows },
          { name: 'text', type: 'STRING', data: text },
          { name: 'label', type: 'STRING', data: rows.map((i) => labels[i % 2]) },
          { name: 'group', type: 'STRING', data: rows.map(String) },
          { name: 'source', type: 'STRING', data: rows.map(() => 'texts.csv') },
        ],
      });
    }
    writeFileSync(await writer.path('labels.json'), JSON.stringify(labels));
    await writer.commit({ inputs: {} });
  });
}

/** Writes a model folder as the stage does that trains it. */
export async function writeTinyModel(
  experiment: Experiment,
  stage: Stage,
  model: Model,
  names = labels,
  settings?: ModelSettings,
) {
  const tokenizer = createTokenizer([...special, ...words]);
  await writeArtifact(experiment, stage, async (writer) => {
    const config = {
      architectures: ['DistilBertForSequenceClassification'],
      id2label: Object.fromEntries(names.map((name, i) => [i, name])),
    };
    const files = {
      ...tokenizerFiles(tokenizer, 24),
      'config.json': JSON.stringify(config),
      ...(settings === undefined ? {} : { [modelSettingsFile]: modelSettingsJson(settings) }),
    };
    for (const [file, content] of Object.entries(files)) writeFileSync(await writer.path(file), content);
    writeFileSync(await writer.path('onnx/model.onnx'), writeModel(model));
    const read = stage === 'distill' ? ['prepare', 'finetune'] : ['prepare'];
    const folder = (name: string) => artifactFolder(experiment.workspace, experiment.name, name);
    await writer.commit({ inputs: artifactInputs(read.map((name) => ({ manifest: readManifest(folder(name)) }))) });
  });
}

/** Weights of a model, one by one. */
export function countWeights({ graph }: Model): number {
  let count = 0;
  for (const { type, shape } of graph.initializers.values()) {
    if (type === 'float32' && shape.length > 0) count += shape.reduce((a, b) => a * b, 1);
  }
  return count;
}
