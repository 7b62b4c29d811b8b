// Runs after every install. Before `npx pnpm` starts pnpm, npm looks through the whole of node_modules for a pnpm: a
// second of work with each command. npm keeps an index, `node_modules/.package-lock.json`, that spares it the search,
// and here pnpm's installation gets one. When it does not fit, npm ignores it and searches.
import { existsSync, readdirSync, readFileSync, realpathSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** npm's index of the packages that the root itself names: the link of each, and the folder that it leads to. */
export function npxIndex(workspace) {
  const modules = join(workspace, 'node_modules');
  const names = readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(modules, name)).map((sub) => `${name}/${sub}`) : name));
  const packages = {};
  for (const name of names.sort()) {
    const target = relative(workspace, realpathSync(join(modules, name)))
      .split(sep)
      .join('/');
    packages[`node_modules/${name}`] = { resolved: target, link: true };
    packages[target] = { version: JSON.parse(readFileSync(join(workspace, target, 'package.json'), 'utf8')).version };
  }
  return { name: 'retort', lockfileVersion: 3, requires: true, packages };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const workspace = realpathSync(fileURLToPath(new URL('..', import.meta.url)));
  if (existsSync(join(workspace, 'node_modules'))) {
    const path = join(workspace, 'node_modules/.package-lock.json');
    writeFileSync(path, `${JSON.stringify(npxIndex(workspace), null, 2)}\n`);
    // npm distrusts an index older than the folder, and pnpm goes on writing there after this script.
    const later = new Date(Date.now() + 10 * 365 * 24 * 3600 * 1000);
    utimesSync(path, later, later);
  }
}
