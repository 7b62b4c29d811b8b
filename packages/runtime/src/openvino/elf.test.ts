import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { elfFault } from './elf.ts';

const folder = mkdtempSync(join(tmpdir(), 'retort-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const onLinux = platform() === 'linux' ? describe : describe.skip;

onLinux('elfFault', () => {
  const real = join(
    dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')),
    'bin',
    'napi-v6',
    'linux',
    arch(),
    'libonnxruntime.so.1',
  );
  const header = () => Buffer.from(readFileSync(real).subarray(0, 64));
  const fault = (content: Uint8Array) => {
    const path = join(folder, 'library.so');
    writeFileSync(path, content);
    return elfFault(path);
  };

  it('finds nothing wrong with a library that can be loaded', () => {
    expect(elfFault(real)).toBeUndefined();
  });

  it('tells that a library is truncated', () => {
    expect(fault(readFileSync(real).subarray(0, 100_000))).toMatch(/^it is truncated: 100000 of \d+ bytes$/);
  });

  it('tells that a library ends in its table of segments', () => {
    expect(fault(header())).toMatch(/^it is truncated: 64 of \d+ bytes$/);
  });

  it('tells the processor that a library is for', () => {
    const other = arch() === 'x64' ? 'arm64' : 'x64';
    expect(elfFault(real, other)).toBe(`it is for ${arch()}, and this Node is for ${other}`);
  });

  it('tells that a library is for 32 bits', () => {
    const narrow = header();
    narrow[4] = 1;
    expect(fault(narrow)).toBe('it is not for a 64-bit little-endian processor');
  });

  it('tells a program from a library', () => {
    const program = header();
    program.writeUInt16LE(2, 16);
    expect(fault(program)).toBe('it is no shared library, but another kind of ELF file');
  });

  it('refuses what is no ELF file', () => {
    expect(fault(Buffer.from('INPUT(libopenvino_c.so.1)'))).toBe('it is no shared library (ELF)');
  });

  it('tells a folder from a library', () => {
    expect(elfFault(folder)).toBe('it is no file');
  });

  it('tells that a library cannot be read', () => {
    // A part of the path that is no folder, for whoever runs tests may be one who may read everything.
    expect(elfFault(join(real, 'x'))).toBe('it cannot be read (ENOTDIR)');
  });

  it('has nothing to say of a link that leads nowhere', () => {
    const link = join(folder, 'link.so');
    symlinkSync(join(folder, 'nothing'), link);
    expect(elfFault(link)).toBeUndefined();
  });

  it('refuses an empty file', () => {
    expect(fault(Buffer.alloc(0))).toBe('it is no shared library (ELF)');
  });
});
