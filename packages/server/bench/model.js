// A model folder of DistilBERT's shape with random weights, fp32 and int8: its speed is that of a trained one.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { quantizeFile } from '@retort/quantizer';
import { bertVocabulary, createTokenizer } from '@retort/shared';
import { parseModelConfig, randomParameters, writeModelFolder } from '@retort/trainer';

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
  id2label: { 0: 'human', 1: 'ai' },
  label2id: { human: 0, ai: 1 },
};

/** Writes the folder, unless it is there. The int8 model is `onnx/model_quantized.onnx`, by the recipe `dynamic-int8`. */
export async function writeBenchModel(folder, recipe = 'dynamic-int8') {
  const quantized = join(folder, 'onnx/model_quantized.onnx');
  if (existsSync(quantized)) return;
  const config = parseModelConfig(JSON.stringify(distilbert), 'config.json');
  const writer = {
    async path(file) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      return join(folder, file);
    },
  };
  await writeModelFolder(
    writer,
    { config, parameters: randomParameters(config, 1) },
    createTokenizer(bertVocabulary()),
    {
      dropout: 0.1,
      settings: { longTexts: 'head', maxTokens: 512 },
    },
  );
  await quantizeFile(join(folder, 'onnx/model.onnx'), quantized, recipe);
}
