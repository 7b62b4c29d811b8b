import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** Git ignores it. */
const pictures = fileURLToPath(new URL('../coverage/screenshots', import.meta.url));

/** Debian's Chromium, or the one that RETORT_CHROMIUM names. */
export const chromiumPath = [process.env.RETORT_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && path !== '' && existsSync(path),
);

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A browser with a page that notes all that goes wrong in it. */
export async function openBrowser() {
  const profile = mkdtempSync(join(tmpdir(), 'retort-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    headless: true,
    viewport: { width: 1400, height: 900 },
    bypassCSP: false,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
    ],
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('requestfailed', (request) => {
    // A view that is left ends its stream and its questions itself.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED')
      problems.push(`${request.url()} ${request.failure()?.errorText}`);
  });
  return {
    page,
    problems,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe-core finds serious or critical. The page's policy lets no script in, so that axe runs in an isolated world. */
export async function seriousViolations(context: BrowserContext, page: Page): Promise<string[]> {
  const session = await context.newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
  const evaluate = async (expression: string) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      ...{ expression, contextId: executionContextId, awaitPromise: true, returnByValue: true },
    });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description);
    return result.value;
  };
  await evaluate(`${axe}; 0`);
  const { violations }: AxeResults = JSON.parse(
    await evaluate('axe.run(document).then((found) => JSON.stringify(found))'),
  );
  await session.detach();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`.slice(0, 600));
}

/** Pictures of a view in both themes, at a desk and on a phone. */
export async function takePictures(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  for (const [size, width, height] of [
    ['desktop', 1400, 900],
    ['phone', 390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      // A chart is drawn anew in the frame after its width or colours have changed.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await page.screenshot({ path: join(pictures, `${name}-${size}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1400, height: 900 });
}

/** Waits until the page is no wider than the window, as nothing may lie outside on a phone: charts are drawn anew in the frames after its width changed. */
export async function fitsWidth(page: Page, width = 390): Promise<void> {
  await page.setViewportSize({ width, height: 844 });
  await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth).catch(async () => {
    const outside = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((element) => element.getBoundingClientRect().right > innerWidth)
        .map((element) => `${element.tagName}.${element.className}`),
    );
    throw new Error(`wider than the window: ${outside.join(', ')}`);
  });
  await page.setViewportSize({ width: 1400, height: 900 });
}
