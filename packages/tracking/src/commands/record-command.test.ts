import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const imports = /^(?:import|export) (?!type )[^;]*?from '([^']+)'/gms;

/** The packages that a source file loads before it runs, by way of the files that it imports. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const packages = new Set<string>();
  for (const [, from] of readFileSync(file, 'utf8').matchAll(imports)) {
    if (from.startsWith('.')) for (const name of packagesOf(resolve(dirname(file), from), seen)) packages.add(name);
    else if (!from.startsWith('node:')) packages.add(from);
  }
  return packages;
}

describe('a recorder', () => {
  it('loads a client of Postgres and what reads records, and nothing else', () => {
    const packages = packagesOf(join(import.meta.dirname, 'record-command.ts'));
    expect([...packages].sort()).toEqual(['@retort/shared/recording', 'postgres', 'zod']);
  });

  it('loads nothing of the other commands', () => {
    expect([...packagesOf(join(import.meta.dirname, '../cli.ts'))].sort()).toEqual([
      '@retort/shared/recording',
      'postgres',
      'zod',
    ]);
  });

  it('loads of @retort/shared neither tokenizer nor readers of data', () => {
    const face = join(import.meta.dirname, '../../../shared/src/recording.ts');
    expect([...packagesOf(face)]).toEqual(['zod']);
  });
});
