import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parquetWriteFile } from 'hyparquet-writer';
import { readSplit } from './split.ts';

type Columns = Record<string, readonly (string | number | null)[]>;
const columns: Columns = {
  id: [3, 1, 2],
  text: ['Human text,\n"quoted" — é', 'machine text', ''],
  label: ['human', 'ai', 'human'],
  group: ['g1', 'g2', 'g1'],
  source: ['a.csv', 'b.csv', 'a.csv'],
};

describe('readSplit', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retort-'));
    writeFileSync(join(folder, 'labels.json'), '["human", "ai"]');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (data: Columns) =>
    parquetWriteFile({
      filename: join(folder, 'test.parquet'),
      columnData: Object.entries(data).map(([name, values]) => ({
        name,
        data: [...values],
        type: name === 'id' ? 'INT32' : 'STRING',
        nullable: values.includes(null),
      })),
    });
  const refusal = async () => (await readSplit(folder, 'test').catch((error: unknown) => error)) as Error;

  it('reads the columns in the order of the rows', async () => {
    write(columns);
    expect(await readSplit(folder, 'test')).toEqual({
      name: 'test',
      labelNames: ['human', 'ai'],
      ids: Int32Array.of(3, 1, 2),
      texts: columns.text,
      labels: Int32Array.of(0, 1, 0),
      groups: columns.group,
      sources: columns.source,
    });
  });

  it('reads a split without texts', async () => {
    write({ id: [], text: [], label: [], group: [], source: [] });
    expect((await readSplit(folder, 'test')).texts).toEqual([]);
  });

  it('names a file that is missing', async () => {
    expect(await refusal()).toMatchObject({
      name: 'UserError',
      place: { file: expect.stringMatching(/test\.parquet$/) },
    });
  });

  it('names labels.json if that is missing', async () => {
    write(columns);
    rmSync(join(folder, 'labels.json'));
    expect(await refusal()).toMatchObject({
      name: 'UserError',
      place: { file: expect.stringMatching(/labels\.json$/) },
    });
  });

  it('refuses a labels.json that is no list', async () => {
    write(columns);
    writeFileSync(join(folder, 'labels.json'), '{"human": 0}');
    expect((await refusal()).message).toContain('no JSON list');
  });

  it('refuses a truncated file', async () => {
    write(columns);
    const path = join(folder, 'test.parquet');
    writeFileSync(path, readFileSync(path).subarray(0, -20));
    expect(await refusal()).toMatchObject({ name: 'UserError', message: expect.stringContaining('cannot be read') });
  });

  it('names a column that is missing', async () => {
    const { group: _, ...rest } = columns;
    write(rest);
    expect((await refusal()).message).toContain('no column "group"');
  });

  it('names row and column of a missing value', async () => {
    write({ ...columns, text: ['a', null, 'c'] });
    expect((await refusal()).message).toContain('row 1, column "text"');
  });

  it('names a label that labels.json does not', async () => {
    write({ ...columns, label: ['human', 'robot', 'ai'] });
    expect((await refusal()).message).toBe('row 1 has the label "robot", which labels.json does not name');
  });
});
