import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { unpackWheel } from './unpack-wheel.js';

let folder;
let wheel;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
  wheel = join(folder, 'some.whl');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const pack = (files) =>
  writeFileSync(wheel, zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))));

describe('unpackWheel', () => {
  it('unpacks the files below a prefix, and no others', () => {
    pack({ 'a/libs/one.so': 'one', 'a/libs/deep/two.so': 'two', 'a/other.py': 'three' });
    unpackWheel(wheel, folder, 'a/libs/');
    expect(readFileSync(join(folder, 'a/libs/one.so'), 'utf8')).toBe('one');
    expect(readFileSync(join(folder, 'a/libs/deep/two.so'), 'utf8')).toBe('two');
    expect(existsSync(join(folder, 'a/other.py'))).toBe(false);
  });

  it('refuses a wheel without such files', () => {
    pack({ 'a/other.py': 'three' });
    expect(() => unpackWheel(wheel, folder, 'a/libs/')).toThrow('has no files below a/libs/');
  });

  it('refuses names that lead out of the folder', () => {
    pack({ 'a/libs/../../../evil.so': 'evil' });
    expect(() => unpackWheel(wheel, folder, 'a/libs/')).toThrow('has a file outside of its folder');
  });

  it('leaves nothing of a wheel that is cut off', () => {
    pack({ 'a/libs/one.so': 'one' });
    writeFileSync(wheel, readFileSync(wheel).subarray(0, 40));
    expect(() => unpackWheel(wheel, folder, 'a/libs/')).toThrow();
    expect(existsSync(join(folder, 'a'))).toBe(false);
  });
});
