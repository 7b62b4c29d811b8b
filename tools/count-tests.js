import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The files in which the count reporter of tools/jest leaves what each project's tests came to. */
export function countFiles(workspace) {
  const projects = ['packages', 'apps'].flatMap((parent) => {
    const path = join(workspace, parent);
    return existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];
  });
  return [...projects, join(workspace, 'tools')].map((project) => join(project, 'coverage/count.json'));
}

/** The sum of all counts, `{ passed, failed, skipped }`. A project without tests has no file. */
export function sumCounts(workspace) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const file of countFiles(workspace)) {
    if (!existsSync(file)) continue;
    const counts = JSON.parse(readFileSync(file, 'utf8'));
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  return total;
}

export function formatCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(formatCounts(sumCounts(fileURLToPath(new URL('..', import.meta.url)))));
}
