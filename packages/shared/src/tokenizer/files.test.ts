import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadTokenizer, tokenizerFiles } from './files.ts';
import { createTokenizer } from './tokenizer.ts';

const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', '##b', 'É', 'e'];

describe('a model folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retort-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (files: Record<string, string>) => {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  };

  it.each([
    {},
    { lowercase: false },
    { stripAccents: false },
    { lowercase: false, stripAccents: true, chineseCharacters: false },
  ])('gives back the tokenizer that was written, with %o', (options) => {
    const written = createTokenizer(vocabulary, options);
    write(tokenizerFiles(written, 128));
    const read = loadTokenizer(folder);
    expect({ vocabulary: read.vocabulary, options: read.options }).toEqual({ vocabulary, options: written.options });
  });

  it('needs no tokenizer_config.json', () => {
    write({ 'vocab.txt': vocabulary.join('\r\n') });
    expect([...loadTokenizer(folder).encode('AB É', 8).ids]).toEqual([2, 5, 6, 8, 3]);
  });

  it('without a vocab.txt is refused by name', () => {
    expect(() => loadTokenizer(folder)).toThrow(
      expect.objectContaining({
        place: { file: expect.stringMatching(/vocab\.txt$/) },
        message: expect.stringContaining('no vocab.txt'),
      }),
    );
  });

  it('with a damaged tokenizer_config.json is refused by field', () => {
    write({ 'vocab.txt': vocabulary.join('\n'), 'tokenizer_config.json': '{"do_lower_case": "yes"}' });
    expect(() => loadTokenizer(folder)).toThrow(
      expect.objectContaining({ name: 'UserError', place: expect.objectContaining({ field: 'do_lower_case' }) }),
    );
  });

  it('with a tokenizer_config.json that is not JSON is refused', () => {
    write({ 'vocab.txt': vocabulary.join('\n'), 'tokenizer_config.json': '{' });
    expect(() => loadTokenizer(folder)).toThrow(/not JSON/);
  });
});

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
