// Runs the tests of all projects and ends with their sum on a line of its own. Takes the options of `nx run-many`.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { countFiles, formatCounts, sumCounts } from './count-tests.js';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js');

// A count of an earlier run must not stand in for tests that do not get to count; Nx restores those of cached tests.
for (const file of countFiles(workspace)) rmSync(file, { force: true });

const options = ['run-many', '-t', 'test', '--output-style=static-failures-only', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, [nx, ...options], { cwd: workspace, stdio: 'inherit' });
const total = sumCounts(workspace);
if (status !== 0 && total.failed === 0) {
  console.log('No test failed, but Nx did: a project could not even start its tests. See above.');
}
console.log(formatCounts(total));
process.exitCode = status ?? 1;
