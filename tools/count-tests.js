// Adds up what the packages' test runs counted, and says it on a line of its own: `N passed, N failed, N skipped`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const total = { passed: 0, failed: 0, skipped: 0 };
for (const parent of ['packages', 'apps', 'experiments', 'tools']) {
  if (!existsSync(parent)) continue;
  for (const name of readdirSync(parent)) {
    const file = join(parent, name, 'coverage/count.json');
    if (!existsSync(file)) continue;
    const counts = JSON.parse(readFileSync(file, 'utf8'));
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
