import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hasOpenVino, openVinoPath } from '../testing/openvino.ts';
import { loadOpenVino, requireVersion } from './library.ts';

const withOpenVino = hasOpenVino ? describe : describe.skip;

const other = join(
  dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')),
  'bin',
  'napi-v6',
  platform(),
  arch(),
  'libonnxruntime.so.1',
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const load = (env: NodeJS.ProcessEnv) => () =>
  loadOpenVino({ env, platform: platform(), home: join(folder, 'home'), folder });
const loadHere = () => load({ OPENVINO_LIB_DIR: folder });
const errorOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('loadOpenVino', () => {
  it('says how to get OpenVINO where the folder named for it holds none', () => {
    expect(errorOf(loadHere())).toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(`is not in ${folder}`),
      place: { field: 'OPENVINO_LIB_DIR' },
      remedy: expect.stringContaining('pip install openvino'),
    });
  });

  it('tells an OpenVINO without its C library, as in the wheel of 2024.1', () => {
    writeFileSync(join(folder, platform() === 'darwin' ? 'libopenvino.dylib' : 'libopenvino.so.2410'), '');
    expect(errorOf(loadHere())).toMatchObject({
      name: 'UserError',
      message: `the OpenVINO in ${folder} has no C library (libopenvino_c)`,
    });
  });

  const onLinux = platform() === 'linux' ? it : it.skip;

  onLinux('refuses another library of that name, by the function that it lacks', () => {
    copyFileSync(other, join(folder, 'libopenvino_c.so'));
    expect(errorOf(loadHere())).toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/OpenVINO cannot be loaded: .*ov_/),
    });
  });

  onLinux('refuses a truncated library before it is loaded', () => {
    const path = join(folder, 'libopenvino_c.so');
    writeFileSync(path, readFileSync(other).subarray(0, 50_000));
    expect(errorOf(loadHere())).toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('it is truncated'),
      place: { file: path },
    });
  });

  onLinux('refuses a library of another processor', () => {
    const content = Buffer.from(readFileSync(other));
    content.writeUInt16LE(40, 18);
    writeFileSync(join(folder, 'libopenvino_c.so'), content);
    expect(errorOf(loadHere())).toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(`it is for arm, and this Node is for ${arch()}`),
    });
  });

  onLinux('refuses a linker script that only names a library', () => {
    writeFileSync(join(folder, 'libopenvino_c.so'), 'INPUT(libopenvino_c.so.2641)');
    expect(errorOf(loadHere())).toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('it is no shared library'),
    });
  });
});

withOpenVino('loadOpenVino, with the library', () => {
  /** The installed libraries by links, but for one that a test changes. */
  const link = (except: RegExp) => {
    const installed = dirname(openVinoPath());
    for (const name of readdirSync(installed))
      if (!except.test(name)) symlinkSync(join(installed, name), join(folder, name));
    return readdirSync(installed).filter((name) => except.test(name))[0];
  };

  it('tells its version', () => {
    expect(load({ OPENVINO_LIB_DIR: dirname(openVinoPath()) })().version).toMatch(/^20\d\d\.\d+\.\d+$/);
  });

  it.each([
    'libopenvino.so',
    'libtbb.so',
    'libtbbmalloc.so',
    'libhwloc.so',
    'libopenvino_intel_cpu_plugin.so',
    'libopenvino_onnx_frontend.so',
    'libopenvino_ir_frontend.so',
    'libopenvino_auto_batch_plugin.so',
  ])('refuses an installation whose %s is truncated', (part) => {
    const installed = dirname(openVinoPath());
    const pattern = new RegExp(`^(${part.replaceAll('.', '\\.')}|libopenvino_c\\.so)`);
    link(pattern);
    for (const name of readdirSync(installed).filter((name) => pattern.test(name))) {
      const content = readFileSync(join(installed, name));
      writeFileSync(join(folder, name), name.startsWith('libopenvino_c.so') ? content : content.subarray(0, 9999));
    }
    expect(errorOf(loadHere())).toMatchObject({ name: 'UserError', message: expect.stringContaining(`${part}`) });
  });
});

withOpenVino('an executor, in a process of its own,', () => {
  /** What making it ends with. `before`: what the process does first. */
  const errorOfProcess = (libraries: string, before = '') => {
    const here = (file: string) => new URL(file, import.meta.url);
    const script = `
      ${before}
      const { openvino } = await import(${JSON.stringify(here('./executor.ts').href)});
      try { openvino('fp32'); } catch ({ name, message, remedy }) { console.log(JSON.stringify({ name, message, remedy })); }
      process.exit();`;
    const typescript = ['--import', here('../../../../tools/jest/typescript.js').href];
    const { stdout } = spawnSync(
      process.execPath,
      ['--no-warnings', '--conditions=@retort/source', ...typescript, '--input-type=module', '-e', script],
      { env: { ...process.env, OPENVINO_LIB_DIR: libraries }, encoding: 'utf8', cwd: fileURLToPath(here('.')) },
    );
    return JSON.parse(stdout) as unknown;
  };

  it('says that OpenVINO has nothing for the CPU', () => {
    for (const name of readdirSync(dirname(openVinoPath()))) {
      if (!name.includes('cpu_plugin')) copyFileSync(join(dirname(openVinoPath()), name), join(folder, name));
    }
    expect(errorOfProcess(folder)).toEqual({
      name: 'UserError',
      message: expect.stringContaining('OpenVINO cannot use the CPU'),
      remedy: expect.stringContaining('pip install openvino'),
    });
  });

  it('says that koffi has loaded another library before, on smaller stacks', () => {
    const before = `
      import { createRequire } from 'node:module';
      createRequire(import.meta.url)('koffi').load(${JSON.stringify(other)});`;
    expect(errorOfProcess(dirname(openVinoPath()), before)).toMatchObject({
      name: 'UserError',
      message: 'OpenVINO cannot be loaded: this process has loaded another library by koffi',
    });
  });
});

describe('requireVersion', () => {
  it('takes a version and leaves out its build', () => {
    expect(requireVersion('2026.4.1-22982-e213a147257-releases/2026/4', 'x')).toBe('2026.4.1');
  });

  it.each(['2023.3.0-13775-ceeafaf64f3', '2022.1', 'custom_build'])('refuses %s', (build) => {
    expect(errorOf(() => requireVersion(build, 'x'))).toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('2024.0 or later is needed'),
    });
  });
});
