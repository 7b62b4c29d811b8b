import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { createExperimentsClient } from '@retort/server/client';
import { parseResponse } from 'hono/client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../bench/chromium.js';
import { expectFits } from './fits.ts';
import { makeWorkspace, stages, type Workspace } from './workspace.ts';

/** What all specs work with: one workspace with two trained experiments, `tiny` and `wide`, one server, one browser. */
export interface Harness {
  readonly workspace: Workspace;
  /** What has run, such as that of `tiny/distill`. */
  readonly runs: Readonly<Record<string, string>>;
  /** The server's address and a path. */
  url(path: string): string;
  /** The runs that a filter holds for now. */
  findRuns(
    filter: string,
  ): Promise<readonly { readonly run: string; readonly project: string; readonly stage: string }[]>;
  /** Opens a page in a context of its own, uses it, and makes sure that it had no error in its console and no failed request. */
  visit(path: string, use: (page: Page) => Promise<void>, options?: VisitOptions): Promise<void>;
  /**
   * Pictures of a view, light and dark, desktop and phone, each looked at by axe, and a look whether all of it fits a narrow phone. `ready` waits
   * until there is something to see.
   */
  pictures(name: string, path: string, ready: (page: Page) => Promise<unknown>): Promise<void>;
}

export interface VisitOptions {
  readonly phone?: boolean;
  /** Troubles that the test makes on purpose. */
  readonly expected?: RegExp;
}

const shots = fileURLToPath(new URL('../../screenshots', import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Trains, serves and opens a browser before the first test, and ends all of it after the last. */
export function useHarness(chromium: string): () => Harness {
  let harness: Harness | undefined;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    // For who works on the page: a workspace that was left by an earlier run, which saves the training.
    const kept = process.env.RETORT_DASHBOARD_WORKSPACE;
    const workspace = makeWorkspace(kept);
    closing.unshift(() => workspace.remove());
    const browser = await launchChromium(chromium);
    closing.unshift(() => browser.close());
    workspace.configure('tiny');
    workspace.configure('wide', { student: { layers: 2, training: { epochs: 3, learningRate: 0.003 } } });
    const train = async (name: string) => {
      for (const stage of stages) await workspace.run(stage, name);
    };
    if (kept === undefined) await Promise.all([train('tiny'), train('wide')]);
    const server = await workspace.serve('tiny');
    closing.unshift(() => server.stop());
    harness = await createHarness(workspace, server.url, browser);
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });
  return () => {
    if (harness === undefined) throw new Error('the harness is not up: see the error of beforeAll');
    return harness;
  };
}

async function createHarness(workspace: Workspace, base: string, browser: Browser): Promise<Harness> {
  const url = (path: string) => new URL(path, base).href;
  const client = createExperimentsClient(base);
  const findRuns: Harness['findRuns'] = async (filter) =>
    (await parseResponse(client.runs.$get({ query: { filter, limit: '100' } }))).runs;
  // The server reads the folders in beside its first answers.
  let known = await findRuns('status = succeeded');
  while (known.length < 2 * stages.length) known = await findRuns('status = succeeded');

  const visit: Harness['visit'] = async (path, use, { phone = false, expected } = {}) => {
    const viewport = phone ? { width: 390, height: 844 } : { width: 1440, height: 900 };
    const context = await browser.newContext({ viewport, isMobile: phone, hasTouch: phone, locale: 'en-GB' });
    const troubles: string[] = [];
    try {
      const page = await openPage(context, troubles);
      await page.goto(url(path));
      await use(page);
    } finally {
      await context.close();
    }
    expect(troubles.filter((trouble) => expected?.test(trouble) !== true)).toEqual([]);
  };
  return {
    workspace,
    runs: Object.fromEntries(known.map(({ project, stage, run }) => [`${project}/${stage}`, run])),
    url,
    findRuns,
    visit,
    async pictures(name, path, ready) {
      mkdirSync(shots, { recursive: true });
      for (const phone of [false, true]) {
        const use = async (page: Page) => {
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme });
            await ready(page);
            const path = join(shots, `${name}-${phone ? 'phone' : 'desktop'}-${colorScheme}.png`);
            await page.screenshot({ path, fullPage: true });
            await expectAccessible(page);
          }
          if (phone) await expectFits(page);
        };
        await visit(path, use, { phone });
      }
    },
  };
}

/** A page that notes what goes wrong in it. */
async function openPage(context: BrowserContext, troubles: string[]): Promise<Page> {
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('requestfailed', (request) => {
    // A page that goes on to another view lets go of what it asked.
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') troubles.push(`failed: ${request.url()} ${reason}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()}: ${response.url()}`);
  });
  return page;
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary?: string }[];
}

/** No violation that axe calls serious or critical. */
export async function expectAccessible(page: Page): Promise<void> {
  // By the debugger: the page's policy lets in no script from elsewhere.
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    `${axe}; axe.run({ resultTypes: ['violations'] })`,
  );
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    grave.map(({ id, nodes }) => [id, nodes.map(({ target, failureSummary }) => [target, failureSummary])]),
  ).toEqual([]);
}
