import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package.json of every folder of `packages/`, by package name, with the folder's name beside it. */
export function readPackages(workspaceRoot) {
  const parent = join(workspaceRoot, 'packages');
  const packages = new Map();
  for (const folder of readdirSync(parent).sort()) {
    const path = join(parent, folder, 'package.json');
    if (!existsSync(path)) continue;
    const { name, dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(path, 'utf8'));
    packages.set(name, { folder, dependencies: Object.keys({ ...dependencies, ...optionalDependencies }) });
  }
  return packages;
}

/**
 * Everything that the code of a package can load: the workspace's packages (its own included, by folder) and the npm
 * packages that any of them names. What those need in turn, Nx finds in the lock file.
 */
export function runtimeDependencies(packages, folder) {
  const workspace = new Set();
  const npm = new Set();
  const visit = ({ folder, dependencies }) => {
    if (workspace.has(folder)) return;
    workspace.add(folder);
    for (const name of dependencies) {
      const dependency = packages.get(name);
      if (dependency === undefined) npm.add(name);
      else visit(dependency);
    }
  };
  visit([...packages.values()].find((candidate) => candidate.folder === folder));
  return { workspace: [...workspace].sort(), npm: [...npm].sort() };
}
