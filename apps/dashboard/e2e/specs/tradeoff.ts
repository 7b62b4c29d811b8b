import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Spec } from '../dashboard.e2e.ts';

const ready = (page: Page) => page.locator('figure svg').nth(2).waitFor();

const tradeoff: Spec = (harness) => {
  it('draws models, their front and retention, and results from elsewhere for who asks', () =>
    harness().visit('/tradeoff', async (page) => {
      await ready(page);
      const titles = ['Accuracy against size', 'Accuracy against latency', 'Retention'];
      expect(await page.locator('figure h3').allInnerTexts()).toEqual(titles);
      expect(await page.locator('section[aria-label="Models"] tbody tr').count()).toBe(8);
      const reference = page.locator('figure svg').getByText('DistilBERT, distilled');
      expect(await reference.count()).toBe(0);
      await page.getByLabel('notebooks').check();
      expect(new URL(page.url()).searchParams.get('reference')).toBe('yes');
      await reference.first().waitFor();
    }));

  it('tells of a model where the pointer is, and opens its run by a click', () =>
    harness().visit('/tradeoff?filter=experiment+%3D+tiny', async (page) => {
      const marks = page.locator('figure').first().locator('g[data-mark="dot"] path');
      await marks.last().waitFor();
      await marks.last().hover();
      await page.locator('g[aria-label="tip"] text').first().waitFor();
      await marks.last().click();
      await page.waitForURL(/\/runs\//);
      await page.locator('.run-head').waitFor();
    }));

  it('looks right and fits, light and dark, on a desk and in a hand', () =>
    harness().pictures('tradeoff', '/tradeoff', ready));
};

export default tradeoff;
