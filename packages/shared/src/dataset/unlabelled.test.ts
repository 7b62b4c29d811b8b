import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parquetWriteFile } from 'hyparquet-writer';
import { readUnlabelled } from './unlabelled.ts';

describe('readUnlabelled', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retort-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (...columnData: { name: string; data: (string | number)[]; type: 'INT32' | 'STRING' }[]) =>
    parquetWriteFile({ filename: join(folder, 'unlabelled.parquet'), columnData });

  it('reads the columns in the order of the rows', async () => {
    write(
      { name: 'id', data: [7, 5], type: 'INT32' },
      { name: 'text', data: ['one', 'two'], type: 'STRING' },
      { name: 'source', data: ['a', 'b'], type: 'STRING' },
    );
    expect(await readUnlabelled(folder)).toEqual({
      ids: Int32Array.of(7, 5),
      texts: ['one', 'two'],
      sources: ['a', 'b'],
    });
  });

  it('finds none in a dataset without the file', async () => {
    expect(await readUnlabelled(folder)).toEqual({ ids: new Int32Array(0), texts: [], sources: [] });
  });

  it('refuses a file without a column, by name', async () => {
    write({ name: 'id', data: [1], type: 'INT32' }, { name: 'text', data: ['one'], type: 'STRING' });
    await expect(readUnlabelled(folder)).rejects.toThrow('it has no column "source"');
  });
});
