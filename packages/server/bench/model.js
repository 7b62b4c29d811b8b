// Model folders with random weights, fp32 and int8: their speed is that of trained ones.
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readModel } from '@retort/onnx';
import { calibrate, quantizeFile } from '@retort/quantizer';
import { onnxruntimeCpu, saturates } from '@retort/runtime';
import { bertVocabulary, createTokenizer, describeMachine } from '@retort/shared';
import { parseModelConfig, randomParameters, writeModelFolder } from '@retort/trainer';

const labels = { id2label: { 0: 'human', 1: 'ai' }, label2id: { human: 0, ai: 1 } };
const distilbert = {
  architectures: ['DistilBertForSequenceClassification'],
  model_type: 'distilbert',
  activation: 'gelu',
  vocab_size: 30_522,
  max_position_embeddings: 512,
  dim: 768,
  n_layers: 6,
  n_heads: 12,
  hidden_dim: 3072,
  ...labels,
};
/** Its runs take next to nothing. */
export const narrow = { ...distilbert, dim: 64, n_layers: 1, n_heads: 2, hidden_dim: 128 };

const quantized = 'onnx/model_quantized.onnx';

/**
 * Writes the folder, unless it is there, as the stage `quantize` leaves it by default: fixed-int8 with weights of 7 bits (`reduceRange`), which short texts may
 * share a run of. `batch`: what `retort.json` says of company.
 */
export async function writeBenchModel(
  folder,
  { shape = distilbert, recipe = 'fixed-int8', reduceRange = true, batch = 'any' } = {},
) {
  if (existsSync(join(folder, quantized))) return;
  const config = parseModelConfig(JSON.stringify(shape), 'config.json');
  const writer = {
    async path(file) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      return join(folder, file);
    },
  };
  const quantization = {
    recipe,
    embeddings: 'int8',
    reduceRange,
    kept: [],
    company: { largest: 0, p99: 0, n: 0 },
    cpu: {
      saturationSafe: reduceRange,
      measuredOn: { flags: describeMachine().flags, saturates: await saturates() },
    },
  };
  await writeModelFolder(
    writer,
    { config, parameters: randomParameters(config, 1) },
    createTokenizer(bertVocabulary()),
    { dropout: 0.1, settings: { longTexts: 'head', maxTokens: 512, batch, quantization } },
  );
  const parent = join(folder, 'onnx/model.onnx');
  const ranges = ['fixed-int8', 'static-int8'].includes(recipe) ? await someRanges(parent) : undefined;
  await quantizeFile(parent, join(folder, quantized), recipe, { ranges, reduceRange });
}

/** Of the activations, by three inputs of random ids: speed does not depend on them. */
async function someRanges(file) {
  const model = readModel(await readFile(file), file);
  const ids = (length) => Int32Array.from({ length }, (_, i) => 1000 + ((i * 7919) % 20_000));
  return calibrate(model, [20, 60, 128].map(ids), onnxruntimeCpu, { threads: 2 });
}
