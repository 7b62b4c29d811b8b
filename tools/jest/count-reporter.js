import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Leaves the counts of a package's tests where `tools/count-tests.js` adds them up. */
export default class CountReporter {
  constructor(globalConfig) {
    this.rootDir = globalConfig.rootDir;
  }

  onRunComplete(_contexts, results) {
    const folder = join(this.rootDir, 'coverage');
    mkdirSync(folder, { recursive: true });
    const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = results;
    // A file that does not even load has no tests to count, but it has failed.
    const broken = results.numRuntimeErrorTestSuites;
    writeFileSync(join(folder, 'count.json'), `${JSON.stringify({ passed, failed: failed + broken, skipped })}\n`);
  }
}
