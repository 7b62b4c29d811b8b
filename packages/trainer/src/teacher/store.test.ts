import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { limitVariable, storeLimit, TeacherStore } from './store.ts';
import { TargetReader, TargetWriter } from './target-file.ts';

describe('TeacherStore', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retort-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const values = Float32Array.from({ length: 100 }, (_, i) => i / 7);
  const none = new Set<string>();
  const place = { file: 'experiment.json', field: 'losses' };
  const open = (limit = 2 ** 20) => new TeacherStore(folder, limit);
  function write(key: string, usedAt: number): string {
    const store = open();
    store.use(key);
    const writer = new TargetWriter(store.path(key, 'queries:3'), store.label(key, 'queries:3'));
    writer.append(values.subarray(0, 40));
    writer.append(values.subarray(40));
    writer.finish();
    utimesSync(join(folder, key), usedAt, usedAt);
    return store.path(key, 'queries:3');
  }

  it('has what was written, and gives back any part of it', async () => {
    const path = write('a', 1);
    expect(await open().has('a', 'queries:3', values.byteLength)).toBe(true);
    const reader = new TargetReader();
    const part = new Float32Array(5);
    reader.read(path, new Uint8Array(part.buffer), 40 * 4);
    reader.close();
    expect(part).toEqual(values.slice(40, 45));
  });

  it.each([
    ['cut', (content: Buffer) => content.subarray(0, -1)],
    ['longer', (content: Buffer) => Buffer.concat([content, Buffer.alloc(4)])],
    ['altered by a bit', (content: Buffer) => content.fill(content[17] ^ 1, 17, 18)],
    ['empty', () => Buffer.alloc(0)],
  ])('has not what is %s', async (_, damage) => {
    const path = write('a', 1);
    writeFileSync(path, damage(readFileSync(path)));
    expect(await open().has('a', 'queries:3', values.byteLength)).toBe(false);
  });

  it('has not what was written for another key', async () => {
    const path = write('a', 1);
    open().use('b');
    writeFileSync(open().path('b', 'queries:3'), readFileSync(path));
    expect(await open().has('b', 'queries:3', values.byteLength)).toBe(false);
  });

  it('lets go of what was used least lately where it gets too large, but not of what is read', () => {
    for (const [key, usedAt] of Object.entries({ a: 100, b: 300, c: 200, d: 400 })) write(key, usedAt);
    // Each takes 432 bytes: two of them, and 432 more.
    open(3 * 432).makeRoom(432, new Set(['a']), place);
    expect(readdirSync(folder).sort()).toEqual(['a', 'd']);
  });

  it('lets go of nothing while there is room', () => {
    for (const key of ['a', 'b']) write(key, 100);
    open(3 * 432).makeRoom(432, none, place);
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  });

  it('removes what a process that has died left half-written', () => {
    const path = write('a', 1);
    // Numbers of processes end at 2^22.
    writeFileSync(`${path}.99999999.tmp`, 'half');
    writeFileSync(`${path}.${process.pid}.tmp`, 'half');
    open().makeRoom(0, none, place);
    expect(existsSync(`${path}.99999999.tmp`)).toBe(false);
    expect(existsSync(`${path}.${process.pid}.tmp`)).toBe(true);
  });

  it('says what to do where the disk has too little room', () => {
    expect(() => open().makeRoom(2 ** 60, none, place)).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message: expect.stringMatching(/^what the teacher gives takes 1073741824 GB, and the disk of .* has .* left$/),
        place,
      }),
    );
  });
});

describe('storeLimit', () => {
  it('is 20 GB, or what the environment says', () => {
    expect([storeLimit({}), storeLimit({ [limitVariable]: '0.5' })]).toEqual([20 * 2 ** 30, 2 ** 29]);
  });

  it('refuses what is no number', () => {
    expect(() => storeLimit({ [limitVariable]: 'much' })).toThrow('"much" is no number of gigabytes');
  });
});
