import { describe, expect, it } from '@jest/globals';
import { tokenizerFiles } from './files.ts';
import { createTokenizer } from './tokenizer.ts';

const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', '##b', 'É', 'e'];

describe('tokenizerFiles', () => {
  const config = (architecture: 'bert' | 'distilbert') =>
    JSON.parse(tokenizerFiles(createTokenizer(vocabulary), 128, architecture)['tokenizer_config.json']);

  it('tells the longest input', () => {
    expect(config('bert').model_max_length).toBe(128);
  });

  it('feeds token_type_ids to BERT alone', () => {
    expect(config('bert').model_input_names).toContain('token_type_ids');
    expect(config('distilbert').model_input_names).not.toContain('token_type_ids');
  });

  it('ends vocab.txt with a line end', () => {
    expect(tokenizerFiles(createTokenizer(vocabulary), 128)['vocab.txt']).toBe(`${vocabulary.join('\n')}\n`);
  });
});
