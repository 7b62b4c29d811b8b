import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { UserError } from '@retort/shared';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readModelConfig } from './config.ts';

const folder = temporaryFolder();
const write = (file: string, content: object) => writeFileSync(join(folder(), file), JSON.stringify(content));

function failure(): unknown {
  try {
    readModelConfig(folder());
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('readModelConfig', () => {
  it('puts the labels into the order of the logits, however many there are', () => {
    const id2label = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [11 - i, `label ${11 - i}`]));
    write('config.json', { id2label, max_position_embeddings: 512 });
    expect(readModelConfig(folder()).labels).toEqual(Array.from({ length: 12 }, (_, i) => `label ${i}`));
  });

  it('obeys the smaller of the two length limits', () => {
    write('config.json', { id2label: { 0: 'a', 1: 'b' }, max_position_embeddings: 512 });
    write('tokenizer_config.json', { model_max_length: 128 });
    expect(readModelConfig(folder()).maxTokens).toBe(128);
  });

  it('ignores the number that stands for no limit', () => {
    write('config.json', { id2label: { 0: 'a', 1: 'b' }, max_position_embeddings: 512 });
    write('tokenizer_config.json', { model_max_length: 1e30 });
    expect(readModelConfig(folder()).maxTokens).toBe(512);
  });

  it.each([
    ['a gap in the numbers', { 0: 'a', 2: 'b' }],
    ['one label only', { 0: 'a' }],
    ['a name that stands twice', { 0: 'a', 1: 'a' }],
  ])('refuses labels with %s', (_, id2label) => {
    write('config.json', { id2label, max_position_embeddings: 512 });
    expect(failure()).toMatchObject({ name: 'UserError', place: { field: 'id2label' } });
  });

  it('names the field that is missing', () => {
    write('config.json', { id2label: { 0: 'a', 1: 'b' } });
    expect(failure()).toMatchObject({ place: { field: 'max_position_embeddings' } });
  });

  it('refuses a folder without config.json', () => {
    expect(failure()).toBeInstanceOf(UserError);
  });
});
