import { arch, cpus, totalmem } from 'node:os';
import { readCpuFlags } from './cpu-flags.ts';
import type { Machine } from './manifest.ts';

/** The machine that this process runs on. Whether it `saturates` only a run tells: packages/runtime has it. */
export function describeMachine(): Machine {
  const processors = cpus();
  const flags = readCpuFlags();
  return {
    cpu: processors[0]?.model ?? 'unknown',
    arch: arch(),
    cores: processors.length,
    flags: [...(flags ?? [])],
    flagsKnown: flags !== undefined,
    memoryBytes: totalmem(),
  };
}
