import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bertLike } from '../testing/bert-like.ts';
import { countWeights, safetensors } from '../testing/workspace.ts';
import { countParameters, readModelConfig } from './model-folder.ts';

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'retort-')), 'file');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true }));

describe('countParameters', () => {
  const whole = safetensors(bertLike());

  it('adds up the elements of all tensors', () => {
    writeFileSync(path, whole);
    expect(countParameters(path)).toBe(countWeights(bertLike()));
  });

  it.each([
    ['within its first 8 bytes', whole.subarray(0, 5), 'ends within its first 8 bytes'],
    ['within its header', whole.subarray(0, 100), 'ends within its header'],
    ['with text in it', Buffer.from('not a safetensors file'), 'its header would be of'],
  ])('refuses a file that is cut %s', (_, content, message) => {
    writeFileSync(path, content);
    expect(() => countParameters(path)).toThrow(message);
  });
});

describe('readModelConfig', () => {
  it('gives the labels in the order of their numbers', () => {
    const id2label = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [10 - i, `label ${10 - i}`]));
    writeFileSync(path, JSON.stringify({ architectures: ['BertForSequenceClassification'], id2label }));
    const config = readModelConfig(path);
    expect(config.architecture).toBe('BertForSequenceClassification');
    expect(config.labels).toEqual(Array.from({ length: 11 }, (_, i) => `label ${i}`));
  });

  it.each([
    ['{', 'cannot be read'],
    ['[]', 'holds no JSON object'],
    ['{}', 'has no id2label'],
    ['{"id2label": {"1": "a", "2": "b"}}', 'does not number its labels from 0'],
  ])('refuses %s', (content, message) => {
    writeFileSync(path, content);
    expect(() => readModelConfig(path)).toThrow(message);
  });
});
