import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Machine } from './manifest.ts';

/** The instruction sets that decide how fast, and how exactly, a model runs. */
const telling = [
  'avx2',
  'avx512f',
  'avx512_vnni',
  'avx_vnni',
  'avx512_bf16',
  'amx_tile',
  'amx_bf16',
  'amx_int8',
  'asimddp',
  'i8mm',
  'bf16',
];

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    flags: cpuFlags(),
    memoryBytes: totalmem(),
  };
}

function cpuFlags(): string[] {
  try {
    const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
    const present = new Set(line.trim().split(/\s+/));
    return telling.filter((flag) => present.has(flag));
  } catch {
    return []; // Only Linux tells them in a file.
  }
}
