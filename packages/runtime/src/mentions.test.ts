import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mentions } from './mentions.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const piece = 1 << 20;

it.each([
  ['at its beginning', 'Attention and more', true],
  ['where one piece ends and the next begins', `${'.'.repeat(piece - 4)}Attention`, true],
  ['behind many pieces', `${'.'.repeat(3 * piece)}Attention`, true],
  ['nowhere', `${'.'.repeat(piece)}Attentio`, false],
  ['in an empty file', '', false],
])('finds a word %s: %#', async (name, content, expected) => {
  const file = join(folder, name);
  writeFileSync(file, content);
  expect(await mentions(file, ['Attention'])).toBe(expected);
});

it('finds each of several words, of any length', async () => {
  const file = join(folder, 'several');
  writeFileSync(file, `${'.'.repeat(piece - 8)}Attention`);
  expect([await mentions(file, ['Gemm', 'Attention']), await mentions(file, ['Attention', 'Gemm'])]).toEqual([
    true,
    true,
  ]);
});
