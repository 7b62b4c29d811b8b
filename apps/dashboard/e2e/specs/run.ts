import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Spec } from '../dashboard.e2e.ts';

const ready = async (page: Page) => {
  await page.locator('.mistakes li').first().waitFor();
  await page.locator('.lineage .served').first().waitFor();
  await page.locator('.data-card table').first().waitFor();
  await page.getByRole('heading', { name: 'Reliability' }).waitFor();
};

const curves = ['Curves', 'train.loss'];
const evaluation = ['Evaluation', 'Confusion', 'Reliability', 'Accuracy by source', 'Accuracy by length'];
const rest = ['Surest mistakes', 'Lineage', 'Configuration', 'Environment', 'Console', 'Artifacts', 'Data card'];

const run: Spec = (harness) => {
  it('shows everything that is known of it', () =>
    harness().visit(`/runs/${harness().runs['tiny/distill']}`, async (page) => {
      await ready(page);
      const heads = await page.locator('h2, h3').allInnerTexts();
      expect(heads).toEqual(expect.arrayContaining([...curves, ...evaluation, ...rest]));
      expect(await page.locator('.console').textContent()).toContain('written to artifacts/tiny/distill');
      expect(await page.locator('section[aria-label="Artifacts"]').textContent()).toMatch(
        /onnx\/model\.onnx[0-9a-f]{64}/,
      );
      expect(await page.locator('.lineage .title').allTextContents()).toEqual(
        expect.arrayContaining(['file', 'prepare', 'finetune', 'distill', 'quantize', 'report', 'served']),
      );
    }));

  it('tells another model of the report, by the URL', () =>
    harness().visit(`/runs/${harness().runs['tiny/report']}`, async (page) => {
      await page.locator('section[aria-labelledby="evaluation-title"] select').first().selectOption('teacher');
      expect(new URL(page.url()).searchParams.get('model')).toBe('teacher');
      await page.locator('.tiles').last().getByText('p to the teacher').waitFor();
      await page.locator('.lineage a').first().click();
      await page.waitForURL((url) => !url.pathname.endsWith(harness().runs['tiny/report']));
    }));

  it('shows the mistakes on a further file with their texts, a page at a time', () =>
    harness().visit(`/runs/${harness().runs['tiny/distill']}?evaluation=postcards`, async (page) => {
      const lines = harness().workspace.lines('data/raw/postcards.csv');
      const list = page.locator('.mistakes ol');
      const expectTexts = async () => {
        const shown = await list.locator('li').evaluateAll((items) =>
          items.map((item) => ({
            line: Number(/#(\d+)/.exec(item.querySelector('p')?.textContent ?? '')?.[1]),
            text: item.querySelector('blockquote')?.textContent,
          })),
        );
        expect(shown.map(({ text }) => text)).toEqual(shown.map(({ line }) => lines[line].split(',')[0]));
        return shown.map(({ line }) => line);
      };
      await list.waitFor();
      const first = await expectTexts();
      await page.getByRole('button', { name: 'Next' }).click();
      await page.locator('.mistakes ol[start="21"]').waitFor();
      expect(new URL(page.url()).searchParams.get('mistakes')).toBe('2');
      const second = await expectTexts();
      expect([first.length, first.filter((line) => second.includes(line))]).toEqual([20, []]);
      await page.getByRole('button', { name: 'Previous' }).click();
      await page.locator('.mistakes ol[start="1"]').waitFor();
      expect(await expectTexts()).toEqual(first);
    }));

  it('says what to do where there is no such run', () =>
    harness().visit(
      '/runs/00000000-0000-4000-8000-000000000000',
      async (page) => {
        expect(await page.getByRole('alert').textContent()).toMatch(/no run.*Go to the runs/s);
      },
      { expected: /404/ },
    ));

  it('says so where the name is none of a run', () =>
    harness().visit('/runs/nope', async (page) => {
      expect(await page.getByRole('alert').textContent()).toMatch(/There is no run "nope".*Go to the runs/s);
    }));

  it('tells the lines of three labels apart', () =>
    harness().visit(`/runs/${harness().runs['tiny/report']}`, async (page) => {
      const figure = page.locator('figure', { hasText: 'ROC of each label' });
      await figure.locator('.kinds .swatch').first().waitFor();
      const legend = figure.locator('.kinds > span');
      expect((await legend.allInnerTexts()).map((text) => text.trim())).toEqual(['sea', 'kitchen', 'garden']);
      const drawn = await figure
        .locator('g[data-mark="line"]')
        .evaluateAll((lines) => lines.map((line) => line.getAttribute('stroke-dasharray') ?? ''));
      const named = await legend
        .locator('line')
        .evaluateAll((lines) => lines.map((line) => line.getAttribute('stroke-dasharray') ?? ''));
      expect(named).toEqual(drawn);
    }));

  it('writes times alike everywhere', () =>
    harness().visit(`/runs/${harness().runs['tiny/report']}`, async (page) => {
      await page.locator('.run-head').waitFor();
      expect(await page.locator('.run-head').textContent()).toMatch(/started\d{4}-\d\d-\d\d \d\d:\d\d/);
    }));

  it('asks nothing that is not there of a failed run, and promises no checkpoint of it', async () => {
    const { workspace, findRuns } = harness();
    workspace.configure('broken', { data: { labels: ['a', 'b'], sources: [{ path: '/data/raw/nothing.csv' }] } });
    await expect(workspace.run('prepare', 'broken')).rejects.toThrow('nothing.csv');
    let found = await findRuns('project = broken and status = failed');
    for (let asked = 0; found.length === 0 && asked < 1000; asked++)
      found = await findRuns('project = broken and status = failed');
    expect(found).toHaveLength(1);
    await harness().visit(`/runs/${found[0].run}`, async (page) => {
      await page.getByText('It ended early').waitFor();
      await page.locator('.console').waitFor();
      expect(await page.locator('.run-head .error').textContent()).toMatch(/runs it again\.$/);
    });
  });

  it('looks as before when another view was shown meanwhile', () =>
    harness().visit(`/runs/${harness().runs['tiny/distill']}`, async (page) => {
      const facts = page.locator('.run-head dl').first();
      const layout = () => facts.evaluate((list) => getComputedStyle(list).display);
      const before = await layout();
      await page.getByRole('navigation').getByRole('link', { name: 'Playground' }).click();
      await page.getByRole('heading', { name: 'Playground' }).waitFor();
      await page.goBack();
      expect(await layout()).toBe(before);
    }));

  it('is followed live to its end, without a reload', async () => {
    const { workspace, findRuns } = harness();
    workspace.configure('slow', {
      // Long enough for a page that opens late.
      teacher: { layers: 2, hidden: 32, heads: 2, intermediate: 64, training: { epochs: 64, learningRate: 0.001 } },
    });
    await workspace.run('prepare', 'slow');
    const training = workspace.run('finetune', 'slow');
    let found = await findRuns('project = slow and stage = finetune');
    while (found.length === 0) found = await findRuns('project = slow and stage = finetune');
    await harness().visit(`/runs/${found[0].run}`, async (page) => {
      await page.locator('.cursor-slider').first().waitFor({ state: 'attached' });
      const before = await page.evaluate(() => {
        document.body.setAttribute('data-loaded', 'once');
        return Number(document.querySelector('.cursor-slider')?.getAttribute('max'));
      });
      const isPast = (step: number) => Number(document.querySelector('.cursor-slider')?.getAttribute('max')) > step;
      await page.waitForFunction(isPast, before + 20);
      await page.locator('.status.succeeded').waitFor({ timeout: 120_000 });
      expect(await page.evaluate(() => document.body.getAttribute('data-loaded'))).toBe('once');
    });
    await training;
  });

  it('looks right and fits, light and dark, on a desk and in a hand', () =>
    harness().pictures('run', `/runs/${harness().runs['tiny/distill']}?evaluation=postcards`, ready));
};

export default run;
