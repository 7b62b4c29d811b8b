import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { int, node, tensorOf, writeModel } from '@retort/onnx';
import { createTokenizer, modelSettingsFile, modelSettingsJson, tokenizerFiles } from '@retort/shared';
export const wordWeights = {
  well: [1.5, 0],
  delve: [0, 2],
  the: [0.25, 0.25],
};
const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...Object.keys(wordWeights)];
export const labels = ['human', 'ai'];
export const maxTokens = 8;
export const windowSettings = {
  longTexts: 'windows',
  maxTokens: 5,
  calibration: {
    temperature: 2,
    threshold: { label: 'ai', value: 0.4 },
    fittedOn: { split: 'validation', n: 300, sha256: 'ab'.repeat(32) },
  },
};
export function writeTinyModel(folder, { output = 'logits', file = 'onnx/model_quantized.onnx', settings } = {}) {
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  const files = {
    'config.json': JSON.stringify({
      architectures: ['DistilBertForSequenceClassification'],
      id2label: { 0: 'human', 1: 'ai' },
      label2id: { human: 0, ai: 1 },
      max_position_embeddings: 512,
    }),
    ...tokenizerFiles(createTokenizer(vocabulary), maxTokens, 'distilbert'),
    ...(settings === undefined ? {} : { [modelSettingsFile]: modelSettingsJson(settings) }),
    [file]: writeModel(bagOfWords(output)),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}
function bagOfWords(output) {
  const weights = vocabulary.flatMap((word) => wordWeights[word] ?? [0, 0]);
  const input = (name) => ({ name, type: 'int64', shape: ['batch', 'length'] });
  return {
    irVersion: 8,
    producer: 'retort',
    opsets: { '': 17 },
    metadata: {},
    graph: {
      name: 'bag-of-words',
      inputs: [input('input_ids'), input('attention_mask')],
      outputs: [{ name: output, type: 'float32', shape: ['batch', 2] }],
      initializers: new Map([
        ['weights', tensorOf('float32', [vocabulary.length, 2], weights)],
        ['length_axis', tensorOf('int64', [1], [1])],
        ['label_axis', tensorOf('int64', [1], [2])],
      ]),
      nodes: [
        node('Gather', ['weights', 'input_ids'], ['words']),
        node('Cast', ['attention_mask'], ['mask'], { to: int(1) }),
        node('Unsqueeze', ['mask', 'label_axis'], ['mask3']),
        node('Mul', ['words', 'mask3'], ['masked']),
        node('ReduceSum', ['masked', 'length_axis'], [output], { keepdims: int(0) }),
      ],
      values: [],
    },
  };
}
//# sourceMappingURL=tiny-model.js.map
