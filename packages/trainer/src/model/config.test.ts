import { describe, expect, it } from '@jest/globals';
import { formatModelConfig, parseModelConfig } from './config.ts';

const parse = (json: object) => parseModelConfig(JSON.stringify(json), 'config.json');
const refusal = (field: string) =>
  expect.objectContaining({ name: 'UserError', place: { file: 'config.json', field } });

describe('parseModelConfig', () => {
  it('fills in what transformers leaves out because it is the default', () => {
    expect(parse({ model_type: 'bert' })).toEqual({
      architecture: 'bert',
      vocabularySize: 30_522,
      layers: 12,
      hidden: 768,
      heads: 12,
      intermediate: 3072,
      maxPositions: 512,
      tokenTypes: 2,
      epsilon: 1e-12,
      labels: ['LABEL_0', 'LABEL_1'],
    });
    expect(parse({ model_type: 'distilbert' })).toMatchObject({ architecture: 'distilbert', layers: 6, tokenTypes: 0 });
  });

  it.each([
    [{ hidden_size: 128, num_attention_heads: 2 }, 'bert'],
    [{ dim: 96, n_heads: 2 }, 'distilbert'],
  ])('tells the architecture of a file without model_type: %j', (json, architecture) => {
    expect(parse(json).architecture).toBe(architecture);
  });

  it.each([
    [{ id2label: { 10: 'k', 2: 'c' } }, ['c', 'k']],
    [{ id2label: null }, ['LABEL_0', 'LABEL_1']],
    [{ num_labels: 3 }, ['LABEL_0', 'LABEL_1', 'LABEL_2']],
  ])('reads the labels of %j', (json, labels) => {
    expect(parse({ model_type: 'bert', ...json }).labels).toEqual(labels);
  });

  it.each([
    [{ model_type: 'roberta' }, 'model_type'],
    [{}, 'model_type'],
    [{ model_type: 'bert', hidden_act: 'relu' }, 'hidden_act'],
    [{ model_type: 'distilbert', activation: 'gelu_new' }, 'activation'],
    [{ model_type: 'bert', position_embedding_type: 'relative_key' }, 'position_embedding_type'],
    [{ model_type: 'bert', is_decoder: true }, 'is_decoder'],
    [{ model_type: 'bert', num_hidden_layers: 0 }, 'num_hidden_layers'],
  ])('refuses %j by field', (json, field) => {
    expect(() => parse(json)).toThrow(refusal(field));
  });

  it('refuses heads that do not divide the width', () => {
    expect(() => parse({ model_type: 'bert', hidden_size: 100 })).toThrow('100 is not a multiple of the 12 heads');
  });

  it.each(['bert', 'distilbert'])('reads what we write: %s', (architecture) => {
    const config = parse({ model_type: architecture, id2label: { 0: 'human', 1: 'ai' } });
    expect(parseModelConfig(formatModelConfig(config, { dropout: 0.1, padId: 0 }), 'config.json')).toEqual(config);
  });

  it.each(['bert', 'distilbert'])(
    'names the [PAD] of the tokenizer, which is not 0 in every vocabulary: %s',
    (architecture) => {
      const json = JSON.parse(formatModelConfig(parse({ model_type: architecture }), { dropout: 0.1, padId: 1 }));
      expect(json.pad_token_id).toBe(1);
    },
  );
});
