import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../bench/chromium.js';
import { makeWorkspace, type Workspace } from './workspace.ts';

/** What all specs work with: one trained workspace, one server, one browser. */
export interface Harness {
  readonly workspace: Workspace;
  /** The server's address and a path. */
  url(path: string): string;
  /** Opens a page in a context of its own, uses it, and makes sure that it had no error in its console and no failed request. */
  visit(path: string, use: (page: Page) => Promise<void>, options?: VisitOptions): Promise<void>;
  /** Pictures of a view, light and dark, desktop and phone, each looked at by axe. `ready` waits until there is something to see. */
  pictures(name: string, path: string, ready: (page: Page) => Promise<unknown>): Promise<void>;
}

export interface VisitOptions {
  readonly colorScheme?: 'light' | 'dark';
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
    const stages = ['prepare', 'finetune', 'distill', 'quantize', 'report'] as const;
    if (kept === undefined) for (const stage of stages) await workspace.run(stage);
    const server = await workspace.serve();
    closing.unshift(() => server.stop());
    const browser = await launchChromium(chromium);
    closing.unshift(() => browser.close());
    harness = createHarness(workspace, server.url, browser);
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });
  return () => {
    if (harness === undefined) throw new Error('the harness is not up: see the error of beforeAll');
    return harness;
  };
}

function createHarness(workspace: Workspace, base: string, browser: Browser): Harness {
  const url = (path: string) => new URL(path, base).href;
  const visit: Harness['visit'] = async (path, use, { colorScheme = 'light', phone = false, expected } = {}) => {
    const viewport = phone ? { width: 390, height: 844 } : { width: 1440, height: 900 };
    const context = await browser.newContext({
      colorScheme,
      viewport,
      isMobile: phone,
      hasTouch: phone,
      locale: 'en-GB',
    });
    const troubles: string[] = [];
    try {
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
      await page.goto(url(path));
      await use(page);
    } finally {
      await context.close();
    }
    expect(troubles.filter((trouble) => expected?.test(trouble) !== true)).toEqual([]);
  };
  return {
    workspace,
    url,
    visit,
    async pictures(name, path, ready) {
      mkdirSync(shots, { recursive: true });
      for (const phone of [false, true]) {
        for (const colorScheme of ['light', 'dark'] as const) {
          const use = async (page: Page) => {
            await ready(page);
            await page.screenshot({ path: join(shots, `${name}-${phone ? 'phone' : 'desktop'}-${colorScheme}.png`) });
            await expectAccessible(page);
          };
          await visit(path, use, { colorScheme, phone });
        }
      }
    },
  };
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
