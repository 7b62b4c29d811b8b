import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { longestInput } from './model-folder.ts';

describe('the longest input of a model', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retort-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (file: string, content: unknown) => writeFileSync(join(folder, file), JSON.stringify(content));

  it('is the lesser of what the model and its tokenizer say', () => {
    write('config.json', { max_position_embeddings: 512 });
    write('tokenizer_config.json', { model_max_length: 128 });
    expect(longestInput(folder)).toBe(128);
  });

  it('is the model’s where the tokenizer knows no limit, as transformers writes it', () => {
    write('config.json', { max_position_embeddings: 256 });
    write('tokenizer_config.json', { model_max_length: 1e30 });
    expect(longestInput(folder)).toBe(256);
  });

  it('is BERT’s where nobody says it', () => {
    write('tokenizer_config.json', { model_max_length: 1e30 });
    expect(longestInput(folder)).toBe(512);
  });

  it('is refused where the file is damaged, by its name', () => {
    write('config.json', { max_position_embeddings: 'many' });
    expect(() => longestInput(folder)).toThrow(
      expect.objectContaining({ name: 'UserError', message: expect.stringContaining('config.json cannot be read') }),
    );
  });
});
