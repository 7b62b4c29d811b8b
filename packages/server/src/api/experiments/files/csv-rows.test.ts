import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Random, readCsv, sha256 } from '@retort/shared';
import { readCsvRows } from './csv-rows.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-csv-rows-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(content: string): { path: string; file: string; sha256: string } {
  const path = join(folder, 'some.csv');
  writeFileSync(path, content);
  return { path, file: 'some.csv', sha256: sha256(Buffer.from(content)) };
}

/** A CSV file without faults: any line ends, in quotes too, blank lines, doubled quotes, fields that are missing, letters of several bytes. */
function anyCsv(seed: number): string {
  const random = new Random(seed);
  const oneOf = <T>(list: readonly T[]): T => list[random.integer(list.length)];
  const end = () => oneOf(['\n', '\r\n', '\r', '\n\n', '\r\n\r\n', '\n\r']);
  const field = () => oneOf(['a', 'é€😀', '', '"b"', '"c ""d"""', '"e\nf"', '"g\r\n\r\nh"', '"i\rj,"', '""']);
  const rows = Array.from({ length: 2 + random.integer(8) }, () => `${field()},x,${field()}${end()}`);
  const text = `${oneOf(['', '\ufeff'])}${oneOf(['', '\n', '\r\n'])}name,"a\nb",c${end()}${rows.join('')}`;
  return oneOf([text, text.replace(/[\r\n]+$/, '')]);
}

describe('readCsvRows', () => {
  it.each([1, 2, 3, 1 << 20])(
    'finds every row that the file has by its line, in pieces of %d bytes',
    async (pieceBytes) => {
      for (let seed = 0; seed < 60; seed++) {
        const { path, ...question } = write(anyCsv(seed));
        const { header, rows } = readCsv(path, 'some.csv');
        const lines = new Set(rows.map(({ line }) => line));
        expect([seed, await readCsvRows(path, { ...question, lines, pieceBytes })]).toEqual([seed, { header, rows }]);
      }
    },
  );

  it('leaves the other rows out', async () => {
    const { path, ...question } = write('text,label\n"one\ntwo",a\nthree,b\nfour,a\n');
    const { rows } = (await readCsvRows(path, { ...question, lines: new Set([4]) })) ?? {};
    expect(rows).toEqual([{ line: 4, fields: ['three', 'b'] }]);
  });

  it('knows a file that has changed', async () => {
    const { sha256 } = write('text,label\none,a\n');
    const { path, file } = write('text,label\none,b\n');
    expect(await readCsvRows(path, { file, sha256, lines: new Set([2]) })).toBeUndefined();
  });
});
