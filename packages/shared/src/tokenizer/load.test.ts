import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tokenizerFiles } from './files.ts';
import { loadTokenizer } from './load.ts';
import { createTokenizer, type TokenizerOptions } from './tokenizer.ts';

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

  const variants: TokenizerOptions[] = [
    {},
    { lowercase: false },
    { stripAccents: false },
    { lowercase: false, stripAccents: true, chineseCharacters: false },
  ];

  it.each(variants)('needs no more than a tokenizer.json, written with %o', (options) => {
    const written = createTokenizer(vocabulary, options);
    write({ 'tokenizer.json': tokenizerFiles(written, 128)['tokenizer.json'] });
    const read = loadTokenizer(folder);
    expect({ vocabulary: read.vocabulary, options: read.options }).toEqual({ vocabulary, options: written.options });
  });

  it('takes what tokenizer_config.json leaves open from tokenizer.json', () => {
    const files = tokenizerFiles(createTokenizer(vocabulary, { lowercase: false, chineseCharacters: false }), 128);
    write({ 'tokenizer.json': files['tokenizer.json'], 'vocab.txt': files['vocab.txt'] });
    write({ 'tokenizer_config.json': '{"tokenize_chinese_chars": true}' });
    expect(loadTokenizer(folder).options).toEqual({ lowercase: false, stripAccents: false, chineseCharacters: true });
  });

  const changed = (change: object) => {
    const json = JSON.parse(tokenizerFiles(createTokenizer(vocabulary), 128)['tokenizer.json']);
    return JSON.stringify({ ...json, ...change });
  };

  it('adds the tokens that tokenizer.json has beside its words', () => {
    write({ 'tokenizer.json': changed({ added_tokens: [{ id: vocabulary.length, content: '[URL]' }] }) });
    expect(loadTokenizer(folder).vocabulary).toEqual([...vocabulary, '[URL]']);
  });

  it.each([
    [{ model: { type: 'BPE', vocab: {} } }, 'model.type'],
    [{ model: { type: 'WordPiece', vocab: { a: 0, b: 2 } } }, 'model.vocab'],
    [{ normalizer: { type: 'NFC' } }, 'normalizer.type'],
    [{ pre_tokenizer: { type: 'ByteLevel' } }, 'pre_tokenizer.type'],
  ])('with a tokenizer.json of another kind is refused by field: %j', (change, field) => {
    write({ 'tokenizer.json': changed({ added_tokens: [], ...change }) });
    expect(() => loadTokenizer(folder)).toThrow(
      expect.objectContaining({ name: 'UserError', place: expect.objectContaining({ field }) }),
    );
  });

  it('without any vocabulary is refused by name', () => {
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
