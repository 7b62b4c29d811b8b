import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createExperimentsClient } from '@retort/server/client';
import { parseResponse } from 'hono/client';
import type { Page } from 'playwright-core';
import { chromiumPath, fitsWidth, openBrowser, seriousViolations, takePictures } from './browser.ts';
import { createTinyWorkspace } from './tiny-workspace.ts';

const tried = chromiumPath === undefined ? describe.skip : describe;
if (chromiumPath === undefined) {
  process.stderr.write(
    'no chromium: the views were not opened in a browser (apt-get install chromium, or RETORT_CHROMIUM)\n',
  );
}

tried('the views of experiments, in a browser, on experiments that were really trained', () => {
  let space: ReturnType<typeof createTinyWorkspace>;
  let server: Awaited<ReturnType<typeof space.serve>>;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  let page: Page;
  const runs: Record<string, string> = {};

  const runsNow = async (filter = '') => {
    const client = createExperimentsClient(server.url);
    return (await parseResponse(client.runs.$get({ query: { filter, limit: '100' } }))).runs;
  };
  const open = async (path: string) => {
    await page.goto(`${server.url}${path}`);
    await page.locator('h1').waitFor();
  };
  const search = () => new URL(page.url()).searchParams;
  const text = (selector: string) => page.locator(selector).allInnerTexts();

  beforeAll(async () => {
    space = createTinyWorkspace();
    space.configure('tiny');
    space.configure('wide', { student: { layers: 2, training: { epochs: 3, learningRate: 0.003 } } });
    for (const name of ['tiny', 'wide']) {
      for (const stage of ['prepare', 'finetune', 'distill', 'quantize', 'report'] as const) space.run(stage, name);
    }
    server = await space.serve('tiny');
    // The server reads the folders in beside its first answers.
    while ((await runsNow('status = succeeded')).length < 10) await new Promise((done) => setImmediate(done));
    for (const { run, project, stage } of await runsNow()) runs[`${project}/${stage}`] = run;
    browser = await openBrowser();
    page = browser.page;
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    space?.remove();
  });
  beforeEach(() => {
    browser.problems.length = 0;
  });

  describe('Compare', () => {
    const path = () => `/compare?runs=${runs['tiny/distill']},${runs['wide/distill']}`;

    it('shows only what differs, curves, and each model beside the baseline with its p', async () => {
      await open(path());
      await page.locator('.curves canvas').first().waitFor();
      const [head] = await text('section[aria-label="Differences"] thead');
      expect(head).toContain('student.layers');
      expect(head).not.toContain('student.training.batchSize');
      const rows = await text('section[aria-label="Measured models"] tbody tr');
      expect(rows).toHaveLength(2);
      expect(rows[1]).toMatch(/points\s+(< )?[01]\.\d{3}/);
      expect(browser.problems).toEqual([]);
      await takePictures(page, 'compare');
    });

    it('keeps all that is chosen in the URL, and shows it again from there', async () => {
      await open(path());
      await page.locator('.controls select').selectOption('time');
      await page.getByLabel('log scale').check();
      await page.getByRole('button', { name: 'wide as baseline' }).click();
      expect(Object.fromEntries(search())).toMatchObject({ x: 'time', y: 'log', baseline: runs['wide/distill'] });
      await page.reload();
      expect(await page.locator('.controls select').inputValue()).toBe('time');
      expect(await text('.chip.baseline a')).toEqual(['wide']);
    });

    it('moves cursor and zoom by keys, in all charts at once', async () => {
      await open(path());
      const sliders = page.locator('.cursor-slider');
      await sliders.first().focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      expect(await sliders.first().getAttribute('aria-valuetext')).toMatch(/^step \d+: tiny .*, wide /);
      await page.keyboard.press('+');
      expect(search().get('zoom')).toMatch(/^[\d.]+:[\d.]+$/);
      expect(await page.getByRole('button', { name: 'Zoom out' }).count()).toBeGreaterThan(1);
      await sliders.first().focus();
      await page.keyboard.press('0');
      expect(search().has('zoom')).toBe(false);
    });

    it('saves a chart as SVG, PNG and CSV', async () => {
      await open(path());
      await page.locator('.curves canvas').first().waitFor();
      const files: Record<string, Buffer> = {};
      for (const kind of ['SVG', 'PNG', 'CSV']) {
        const saved = page.waitForEvent('download');
        await page.getByRole('button', { name: `Save train.loss as ${kind}` }).click();
        files[kind] = readFileSync(await (await saved).path());
      }
      expect(files.SVG.toString()).toMatch(/^<svg.*<path.*tiny/s);
      expect(files.PNG.subarray(1, 4).toString()).toBe('PNG');
      expect(files.CSV.toString()).toMatch(/^step,tiny,wide\r\n1,/);
      expect(browser.problems).toEqual([]);
    });

    it('offers the newest runs where none is named', async () => {
      await open('/compare');
      await page.getByRole('checkbox').first().check();
      await page.getByRole('checkbox').nth(1).check();
      await page.getByRole('button', { name: 'Compare 2' }).click();
      await page.getByText('2 runs compared').waitFor();
    });
  });

  describe('Trade-off', () => {
    it('draws models, their front, references and retention', async () => {
      await open('/tradeoff');
      await page.locator('figure svg').nth(2).waitFor();
      expect(await text('figure h3')).toEqual(['Accuracy against size', 'Accuracy against latency', 'Retention']);
      expect(await text('section[aria-label="Models"] tbody tr')).toHaveLength(8);
      expect((await page.locator('figure svg text').allTextContents()).join()).toContain('DistilBERT, distilled');
      await page.getByLabel('notebooks').uncheck();
      expect(search().get('reference')).toBe('no');
      await page.waitForFunction(
        () => !document.querySelector('figure')?.textContent?.includes('DistilBERT, distilled'),
      );
      expect(browser.problems).toEqual([]);
      await takePictures(page, 'tradeoff');
    });

    it('tells of a model where the pointer is, and opens its run by a click', async () => {
      await open('/tradeoff?filter=experiment+%3D+tiny&reference=no');
      const marks = page.locator('figure').first().locator('g[data-mark="dot"] path');
      await marks.last().waitFor();
      await marks.last().hover();
      await page.locator('g[aria-label="tip"] text').first().waitFor();
      await marks.last().click();
      await page.waitForURL(/\/runs\//);
      await page.locator('.run-head').waitFor();
    });
  });

  describe('A run', () => {
    it('shows everything that is known of it', async () => {
      await open(`/runs/${runs['tiny/distill']}`);
      await page.locator('.mistakes li').first().waitFor();
      await page.locator('.lineage .served').waitFor();
      await page.locator('.data-card table').first().waitFor();
      const heads = await text('h2, h3');
      for (const head of [
        'Curves',
        'train.loss',
        'Evaluation',
        'Confusion',
        'Reliability',
        'Accuracy by source',
        'Accuracy by length',
      ]) {
        expect(heads).toContain(head);
      }
      for (const head of [
        'Surest mistakes',
        'Lineage',
        'Configuration',
        'Environment',
        'Console',
        'Artifacts',
        'Data card',
      ]) {
        expect(heads).toContain(head);
      }
      expect((await text('.console')).join()).toContain('written to artifacts/tiny/distill');
      expect((await text('section[aria-label="Artifacts"]')).join()).toMatch(/onnx\/model\.onnx\s+[0-9a-f]{64}/);
      expect(await page.locator('.lineage .title').allTextContents()).toEqual(
        expect.arrayContaining(['file', 'prepare', 'finetune', 'distill', 'quantize', 'report', 'served']),
      );
      expect(browser.problems).toEqual([]);
      await takePictures(page, 'run');
    });

    it('tells another model of the report, by the URL', async () => {
      await open(`/runs/${runs['tiny/report']}`);
      await page.locator('section[aria-labelledby="evaluation-title"] select').first().selectOption('teacher');
      expect(search().get('model')).toBe('teacher');
      await page.locator('.tiles').last().getByText('p to the teacher').waitFor();
      await page.locator('.lineage a').first().click();
      await page.waitForURL((url) => !url.pathname.endsWith(runs['tiny/report']));
    });

    it('says what to do where there is no such run', async () => {
      await page.goto(`${server.url}/runs/00000000-0000-4000-8000-000000000000`);
      await page.getByRole('alert').waitFor();
      expect((await text('[role="alert"]')).join()).toMatch(/no run.*Go to the runs/s);
    });

    it('is followed live to its end, without a reload', async () => {
      space.configure('slow', {
        teacher: { layers: 2, hidden: 32, heads: 2, intermediate: 64, training: { epochs: 60, learningRate: 0.001 } },
      });
      space.run('prepare', 'slow');
      const stage = space.start('finetune', 'slow');
      let found = await runsNow('project = slow and stage = finetune');
      while (found.length === 0) found = await runsNow('project = slow and stage = finetune');
      await open(`/runs/${found[0].run}`);
      await page.evaluate(() => document.body.setAttribute('data-loaded', 'once'));
      const steps = async () => Number((await page.locator('.cursor-slider').first().getAttribute('max')) ?? 0);
      await page.locator('.cursor-slider').first().waitFor({ state: 'attached' });
      const before = await steps();
      await page.waitForFunction(
        (known) => Number(document.querySelector('.cursor-slider')?.getAttribute('max')) > known + 20,
        before,
      );
      await page.locator('.status.succeeded').waitFor({ timeout: 300_000 });
      expect(await page.evaluate(() => document.body.getAttribute('data-loaded'))).toBe('once');
      expect(browser.problems).toEqual([]);
      stage.kill();
    });
  });

  it.each([
    ['compare', () => `/compare?runs=${runs['tiny/distill']},${runs['wide/distill']}`, '.curves canvas'],
    ['compare, to choose', () => '/compare', '.picker li'],
    ['trade-off', () => '/tradeoff', 'figure svg'],
    ['run', () => `/runs/${runs['tiny/distill']}`, '.mistakes li'],
  ])('%s has nothing that axe-core calls serious, in either theme, and fits a phone', async (_, path, sign) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await open(path());
      await page.locator(sign).first().waitFor();
      expect(await seriousViolations(page.context(), page)).toEqual([]);
    }
    await fitsWidth(page);
  });
});
