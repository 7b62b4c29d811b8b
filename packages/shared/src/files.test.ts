import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listFiles, sha256, sha256File, writeFileAtomic } from './files.ts';

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retort-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('have the sha256 of their content', async () => {
    const content = Buffer.alloc(200_000, 'retort');
    writeFileSync(join(folder, 'a'), content);
    expect(await sha256File(join(folder, 'a'))).toBe(sha256(content));
  });

  it('of no content have the sha256 of nothing', async () => {
    writeFileSync(join(folder, 'a'), '');
    expect(await sha256File(join(folder, 'a'))).toBe(emptySha256);
  });

  it('are listed in the same order everywhere, with slashes', async () => {
    mkdirSync(join(folder, 'b/c'), { recursive: true });
    for (const name of ['z', 'b/c/d', 'b/a', 'B']) writeFileSync(join(folder, name), '');
    expect(await listFiles(folder)).toEqual(['B', 'b/a', 'b/c/d', 'z']);
  });

  it('are written with the folders that they need', async () => {
    await writeFileAtomic(join(folder, 'new/file.txt'), 'content');
    expect(readFileSync(join(folder, 'new/file.txt'), 'utf8')).toBe('content');
  });

  it('leave nothing behind when they cannot be written', async () => {
    mkdirSync(join(folder, 'taken/inside'), { recursive: true });
    await expect(writeFileAtomic(join(folder, 'taken'), 'content')).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});
