import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';

/** A folder for the tests of a file, and in it a cache of OpenVINO's for them. */
export function ownCache(): { readonly folder: string; readonly cache: string } {
  const folder = mkdtempSync(join(tmpdir(), 'retort-'));
  const cache = join(folder, 'cache');
  const before = process.env.OPENVINO_CACHE_DIR;
  beforeAll(() => {
    process.env.OPENVINO_CACHE_DIR = cache;
  });
  afterAll(() => {
    process.env.OPENVINO_CACHE_DIR = before ?? '';
    rmSync(folder, { recursive: true });
  });
  return { folder, cache };
}
