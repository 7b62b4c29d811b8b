import { readdirSync } from 'node:fs';
import { describe, it } from '@jest/globals';
import { findChromium } from '../bench/chromium.js';
import { type Harness, useHarness } from './support/harness.ts';

/** A file of `specs/`: the tests of a view, by a harness that is up when they run. */
export type Spec = (harness: () => Harness) => void;

const folder = new URL('specs/', import.meta.url);
const specs = new Map<string, Spec>();
for (const file of readdirSync(folder).sort()) {
  const { default: spec } = await import(new URL(file, folder).href);
  specs.set(file.replace(/\.ts$/, ''), spec);
}

const chromium = findChromium();
if (chromium === undefined) {
  process.stderr.write(
    'The dashboard was NOT tried in a browser: there is no chromium on the path, and CHROMIUM names none.\n',
  );
  describe('the dashboard in a browser', () => {
    for (const name of specs.keys()) it.skip(`${name}: not run, there is no chromium`, () => {});
  });
} else {
  const harness = useHarness(chromium);
  for (const [name, spec] of specs) describe(name, () => spec(harness));
}
