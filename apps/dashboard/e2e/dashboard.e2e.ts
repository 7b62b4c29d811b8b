import { describe, it } from '@jest/globals';
import { findChromium } from '../bench/chromium.js';
import compare from './specs/compare.ts';
import playground from './specs/playground.ts';
import run from './specs/run.ts';
import runs from './specs/runs.ts';
import shell from './specs/shell.ts';
import tradeoff from './specs/tradeoff.ts';
import { type Harness, useHarness } from './support/harness.ts';

/** A file of `specs/`: the tests of a view, by a harness that is up when they run. */
export type Spec = (harness: () => Harness) => void;

/** In this order: `runs` counts what has run, and `run` trains further ones. */
const specs: Readonly<Record<string, Spec>> = { shell, runs, compare, tradeoff, run, playground };

const chromium = findChromium();
if (chromium === undefined) {
  process.stderr.write(
    'The dashboard was NOT tried in a browser: there is no chromium on the path, and CHROMIUM names none.\n',
  );
  describe('the dashboard in a browser', () => {
    for (const name of Object.keys(specs)) it.skip(`${name}: not run, there is no chromium`, () => {});
  });
} else {
  const harness = useHarness(chromium);
  for (const [name, spec] of Object.entries(specs)) describe(name, () => spec(harness));
}
