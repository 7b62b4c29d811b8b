import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Spec } from '../dashboard.e2e.ts';

const search = (page: Page) => new URL(page.url()).searchParams;
const ready = (page: Page) => page.locator('.curves canvas').first().waitFor();

const compare: Spec = (harness) => {
  const path = () => `/compare?runs=${harness().runs['tiny/distill']},${harness().runs['wide/distill']}`;

  it('shows only what differs, curves, and each model beside the baseline with its p', () =>
    harness().visit(path(), async (page) => {
      await ready(page);
      const head = await page.locator('section[aria-label="Differences"] thead').textContent();
      expect(head).toContain('student.layers');
      expect(head).not.toContain('student.training.batchSize');
      expect(await page.getByText('Compared: the configuration of prepare, finetune, distill').count()).toBe(1);
      const rows = page.locator('section[aria-label="Measured models"] tbody tr');
      await rows.first().waitFor();
      expect(await rows.count()).toBe(2);
      // Of two reports, whose answers to the same texts are paired.
      expect(await rows.nth(1).textContent()).toMatch(/points(< )?[01]\.\d{3}McNemar, \d+ : \d+/);
    }));

  it('finds where reports differ in the stages before them', () =>
    harness().visit(`/compare?runs=${harness().runs['tiny/report']},${harness().runs['wide/report']}`, async (page) => {
      const head = page.locator('section[aria-label="Differences"] thead');
      await head.waitFor();
      expect(await head.textContent()).toContain('student.layers');
      // What a report writes once is no curve, and it has no steps.
      await page.getByText('Those that come first have a single value each.').waitFor();
      expect(await page.locator('.charts canvas').count()).toBe(0);
    }));

  it('keeps all that is chosen in the URL, and shows it again from there', () =>
    harness().visit(path(), async (page) => {
      await page.locator('.controls select').selectOption('time');
      await page.getByLabel('log scale').check();
      await page.getByRole('button', { name: 'wide as baseline' }).click();
      expect(Object.fromEntries(search(page))).toMatchObject({
        ...{ x: 'time', y: 'log', baseline: harness().runs['wide/distill'] },
      });
      await page.reload();
      expect(await page.locator('.controls select').inputValue()).toBe('time');
      expect(await page.locator('.chip.baseline a').allInnerTexts()).toEqual(['wide']);
    }));

  it('moves cursor and zoom by keys, in all charts at once', () =>
    harness().visit(path(), async (page) => {
      await ready(page);
      const sliders = page.locator('.cursor-slider');
      await sliders.first().focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      expect(await sliders.first().getAttribute('aria-valuetext')).toMatch(/^step \d+: tiny .*, wide /);
      await page.keyboard.press('+');
      expect(search(page).get('zoom')).toMatch(/^[\d.]+:[\d.]+$/);
      expect(await page.getByRole('button', { name: 'Zoom out' }).count()).toBeGreaterThan(1);
      await sliders.first().focus();
      await page.keyboard.press('0');
      expect(search(page).has('zoom')).toBe(false);
    }));

  it('saves a chart as SVG, PNG and CSV', () =>
    harness().visit(path(), async (page) => {
      await ready(page);
      const files: Record<string, Buffer> = {};
      for (const kind of ['SVG', 'PNG', 'CSV']) {
        const saved = page.waitForEvent('download');
        await page.getByRole('button', { name: `Save train.loss as ${kind}` }).click();
        files[kind] = readFileSync(await (await saved).path());
      }
      expect(files.SVG.toString()).toMatch(/^<svg.*<path.*tiny/s);
      expect(files.PNG.subarray(1, 4).toString()).toBe('PNG');
      expect(files.CSV.toString()).toMatch(/^step,tiny,wide\r\n1,/);
    }));

  it('offers the newest runs where none is named', () =>
    harness().visit('/compare', async (page) => {
      await page.getByRole('checkbox').first().check();
      await page.getByRole('checkbox').nth(1).check();
      await page.getByRole('button', { name: 'Compare 2' }).click();
      await page.getByText('2 runs compared').waitFor();
    }));

  it('looks right and fits, light and dark, on a desk and in a hand', () =>
    harness().pictures('compare', path(), async (page) => {
      await ready(page);
      await page.locator('section[aria-label="Measured models"]').waitFor();
    }));

  it('looks right and fits where runs are to be chosen', () =>
    harness().pictures('compare-choose', '/compare', (page) => page.locator('.picker li').first().waitFor()));
};

export default compare;
