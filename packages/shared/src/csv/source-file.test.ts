import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readSourceFile } from './source-file.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'retort-'));
  for (const folder of ['work/data/raw', 'work/experiments/x']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'outside.csv'), 'text\na\n');
  writeFileSync(join(root, 'work/data/raw/a.csv'), 'text;label\na;b\n');
});
afterEach(() => rmSync(root, { recursive: true }));

const read = (path: string, delimiter?: string) =>
  readSourceFile({ workspace: join(root, 'work'), folder: join(root, 'work/experiments/x') }, { path, delimiter });
const missing = (file: string, remedy: string) =>
  expect.objectContaining({
    message: 'the CSV file is missing',
    place: { file },
    remedy: expect.stringContaining(remedy),
  });

describe('readSourceFile', () => {
  it('reads by the delimiter of the source, and names the file as from the workspace', () => {
    expect(read('/data/raw/a.csv', ';')).toMatchObject({
      file: 'data/raw/a.csv',
      csv: { header: ['text', 'label'], rows: [{ line: 2, fields: ['a', 'b'] }] },
    });
  });

  it('says of a file outside of the workspace that paths are taken from its root', () => {
    const path = join(root, 'outside.csv');
    expect(() => read(path)).toThrow(
      missing(path.slice(1), `"${path}" lies outside of it: copy the file into the workspace`),
    );
  });

  it('suggests a leading slash where it is missing', () => {
    expect(() => read('data/raw/a.csv')).toThrow(
      missing('experiments/x/data/raw/a.csv', 'did you mean "/data/raw/a.csv"?'),
    );
  });

  it.each(['b.csv', '/data/raw/b.csv'])('says how paths are meant where nothing of the name %s is there', (path) => {
    expect(() => read(path)).toThrow(
      expect.objectContaining({
        remedy: expect.stringMatching(
          /^put the file there.*"\/" is taken from the root of the workspace, any other from/,
        ),
      }),
    );
  });
});
