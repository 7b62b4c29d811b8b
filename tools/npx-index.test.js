import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { npxIndex } from './npx-index.js';

describe('npxIndex', () => {
  let workspace;
  beforeEach(() => {
    workspace = realpathSync(mkdtempSync(join(tmpdir(), 'retort-')));
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  it('names the link and the folder of each package that the root has, scoped ones too', () => {
    const modules = join(workspace, 'node_modules');
    mkdirSync(join(modules, '@jest'), { recursive: true });
    for (const name of ['nx', '@jest/globals']) {
      const folder = join(modules, '.pnpm', name, 'node_modules', name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{ "version": "1.2.3" }');
      symlinkSync(folder, join(modules, name));
    }
    expect(npxIndex(workspace).packages).toEqual({
      'node_modules/nx': { resolved: 'node_modules/.pnpm/nx/node_modules/nx', link: true },
      'node_modules/.pnpm/nx/node_modules/nx': { version: '1.2.3' },
      'node_modules/@jest/globals': {
        resolved: 'node_modules/.pnpm/@jest/globals/node_modules/@jest/globals',
        link: true,
      },
      'node_modules/.pnpm/@jest/globals/node_modules/@jest/globals': { version: '1.2.3' },
    });
  });
});
