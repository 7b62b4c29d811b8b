import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The instruction sets that decide how fast, and how exactly, a model runs, as Linux calls them. */
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

/** What macOS calls them: `machdep.cpu` on Intel, `hw.optional.arm` on ARM. */
const macNames: Readonly<Record<string, string>> = {
  AVX2: 'avx2',
  AVX512F: 'avx512f',
  AVX512VNNI: 'avx512_vnni',
  FEAT_DotProd: 'asimddp',
  FEAT_I8MM: 'i8mm',
  FEAT_BF16: 'bf16',
};

/**
 * The telling instruction sets that this processor has. Undefined where the system does not say: on Windows, and wherever its file or
 * command is missing.
 */
export function readCpuFlags(platform: NodeJS.Platform = process.platform): readonly string[] | undefined {
  try {
    if (platform === 'linux') return parseCpuinfo(readFileSync('/proc/cpuinfo', 'utf8'));
    if (platform === 'darwin') return parseSysctl(sysctl());
  } catch {
    // No /proc in this container, or no sysctl: then nothing is known.
  }
  return undefined;
}

/** Out of `/proc/cpuinfo`; undefined if no line of it lists flags. */
export function parseCpuinfo(cpuinfo: string): readonly string[] | undefined {
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo)?.[1];
  if (line === undefined) return undefined;
  const present = new Set(line.trim().split(/\s+/));
  return telling.filter((flag) => present.has(flag));
}

/** Out of what `sysctl machdep.cpu hw.optional.arm` prints, lines of `name: value`; undefined if neither is there. */
export function parseSysctl(output: string): readonly string[] | undefined {
  const present = new Set<string>();
  let understood = false;
  for (const line of output.split('\n')) {
    const [, name, value] = /^([\w.]+): (.*)$/.exec(line) ?? [];
    if (/^machdep\.cpu\.(leaf7_)?features$/.test(name)) {
      understood = true;
      for (const feature of value.trim().split(/\s+/)) present.add(macNames[feature]);
    } else if (name?.startsWith('hw.optional.arm.')) {
      understood = true;
      if (value.trim() === '1') present.add(macNames[name.slice('hw.optional.arm.'.length)]);
    }
  }
  return understood ? telling.filter((flag) => present.has(flag)) : undefined;
}

/** sysctl fails as a whole if one of the names is unknown, but prints the others first; Intel has no `hw.optional.arm`. */
function sysctl(): string {
  return ['machdep.cpu', 'hw.optional.arm'].map(sysctlOf).join('\n');
}

function sysctlOf(name: string): string {
  try {
    return execFileSync('sysctl', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5000 });
  } catch {
    return '';
  }
}
