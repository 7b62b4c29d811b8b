import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findOpenVino } from './find.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'retort-')));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(...path: string[]): string {
  const file = join(folder, ...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  return file;
}

/** A machine on which nothing is installed but what a test puts there. */
const find = (env: NodeJS.ProcessEnv = {}, platform: NodeJS.Platform = 'linux') =>
  findOpenVino({ env, platform, home: join(folder, 'home'), folder: join(folder, 'work', 'here') });

describe('findOpenVino', () => {
  it('finds the library in the folder that OPENVINO_LIB_DIR names', () => {
    const path = put('libs', 'libopenvino_c.so.2450');
    expect(find({ OPENVINO_LIB_DIR: join(folder, 'libs') })).toEqual({ path, by: 'OPENVINO_LIB_DIR' });
  });

  it('takes OPENVINO_LIB_DIR for the folder of an unpacked wheel, too', () => {
    const path = put('wheel', 'openvino', 'libs', 'libopenvino_c.so.2641');
    expect(find({ OPENVINO_LIB_DIR: join(folder, 'wheel') })?.path).toBe(path);
  });

  it('looks nowhere else where OPENVINO_LIB_DIR is set', () => {
    put('venv', 'lib', 'python3.11', 'site-packages', 'openvino', 'libs', 'libopenvino_c.so.2641');
    expect(find({ OPENVINO_LIB_DIR: join(folder, 'nothing'), VIRTUAL_ENV: join(folder, 'venv') })).toBeUndefined();
  });

  it('finds it in an installed openvino-node, of a folder above', () => {
    const path = put('work', 'node_modules', 'openvino-node', 'bin', 'libopenvino_c.so');
    expect(find()).toEqual({ path, by: 'openvino-node' });
  });

  it('finds it in an archive whose setupvars were run', () => {
    const path = put('archive', 'runtime', 'lib', 'intel64', 'libopenvino_c.so');
    expect(find({ INTEL_OPENVINO_DIR: join(folder, 'archive') })).toEqual({ path, by: 'INTEL_OPENVINO_DIR' });
  });

  it('finds it in an archive for Windows', () => {
    const path = put('archive', 'runtime', 'bin', 'intel64', 'Release', 'openvino_c.dll');
    expect(find({ INTEL_OPENVINO_DIR: join(folder, 'archive') }, 'win32')?.path).toBe(path);
  });

  it('finds it in the active Python environment', () => {
    const path = put('venv', 'lib', 'python3.12', 'site-packages', 'openvino', 'libs', 'libopenvino_c.so.2641');
    expect(find({ VIRTUAL_ENV: join(folder, 'venv') })).toEqual({ path, by: 'the openvino package of Python' });
  });

  it('finds it in a Python environment on the PATH', () => {
    put('env', 'bin', 'python3');
    const path = put('env', 'lib', 'python3.12', 'site-packages', 'openvino', 'libs', 'libopenvino_c.so.2641');
    expect(find({ PATH: join(folder, 'env', 'bin') })?.path).toBe(path);
  });

  it("finds it among the user's own Python packages", () => {
    const path = put(
      'home',
      '.local',
      'lib',
      'python3.9',
      'site-packages',
      'openvino',
      'libs',
      'libopenvino_c.2641.dylib',
    );
    expect(find({}, 'darwin')?.path).toBe(path);
  });

  it('finds it in a folder of LD_LIBRARY_PATH', () => {
    const path = put('lib', 'libopenvino_c.so');
    expect(find({ LD_LIBRARY_PATH: join(folder, 'lib') })).toEqual({ path, by: 'the system' });
  });

  it('takes the plain name before those with versions', () => {
    put('libs', 'libopenvino_c.so.2641');
    const path = put('libs', 'libopenvino_c.so');
    expect(find({ OPENVINO_LIB_DIR: join(folder, 'libs') })?.path).toBe(path);
  });

  it('takes the highest of several versions', () => {
    put('libs', 'libopenvino_c.so.2450');
    const path = put('libs', 'libopenvino_c.so.2641');
    put('libs', 'libopenvino_c.so.981');
    expect(find({ OPENVINO_LIB_DIR: join(folder, 'libs') })?.path).toBe(path);
  });

  it('passes over a link that leads nowhere, and a folder of that name', () => {
    mkdirSync(join(folder, 'first'));
    symlinkSync('/nowhere', join(folder, 'first', 'libopenvino_c.so'));
    mkdirSync(join(folder, 'second', 'libopenvino_c.so'), { recursive: true });
    const path = put('third', 'libopenvino_c.so');
    const places = ['first', 'second', 'third'].map((name) => join(folder, name)).join(':');
    expect(find({ LD_LIBRARY_PATH: places })?.path).toBe(path);
  });

  it('does not take another library for it', () => {
    put('libs', 'libopenvino_c_extra.so');
    put('libs', 'libopenvino_c.so.txt');
    expect(find({ OPENVINO_LIB_DIR: join(folder, 'libs') })).toBeUndefined();
  });
});
