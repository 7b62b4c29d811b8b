import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Spec } from '../dashboard.e2e.ts';

const text =
  'We choose to go to the moon in this decade and do the other things. In conclusion, it is important to note that cooperation matters. ' +
  'The budget of the navy was cut by a third, and the harbour at Norfolk lay idle for most of the winter.';
const ready = (page: Page) => page.locator('.variant .verdict').nth(1).waitFor();
const link = `/playground#${new URLSearchParams({ text })}`;

const playground: Spec = (harness) => {
  it('tells what each served model says about a text', () =>
    harness().visit('/playground', async (page) => {
      await page.getByLabel('Text', { exact: true }).fill(text);
      await page.keyboard.press('Control+Enter');
      await ready(page);
      for (const model of ['student', 'teacher']) {
        const card = page.getByRole('article', { name: model });
        await card.getByText(/^\d+ tokens/).waitFor();
        await card.getByText(/ ms with the explanation \(/).waitFor();
        const scores = await card.locator('.scores .number').allTextContents();
        expect(scores.reduce((sum, score) => sum + Number.parseFloat(score.replace(/[<>]/, '')), 0)).toBeCloseTo(
          100,
          0,
        );
      }
    }));

  it('marks what each sentence adds, in the text and as a list', () =>
    harness().visit(link, async (page) => {
      await ready(page);
      const card = page.getByRole('article', { name: 'student' });
      expect((await card.locator('.marked mark').count()) > 0).toBe(true);
      await card.getByText('Sentences by weight').click();
      expect(await card.locator('.weights li').count()).toBe(3);
      const before = await card.locator('.weights').textContent();
      await page.getByRole('radio').and(page.locator(':not(:checked)')).first().check();
      expect(await card.locator('.weights').textContent()).not.toBe(before);
    }));

  it('shows the windows of a long text', () =>
    harness().visit('/playground?explain=0', async (page) => {
      await page.getByLabel('Text', { exact: true }).fill(text.repeat(6));
      await page.getByRole('button', { name: 'Classify' }).click();
      await page
        .getByRole('article', { name: 'student' })
        .getByText(/^\d+ windows$/)
        .click();
      expect(
        await page.getByRole('article', { name: 'student' }).locator('.plain-table tbody tr').count(),
      ).toBeGreaterThan(1);
    }));

  it('says that there is no text', () =>
    harness().visit('/playground', async (page) => {
      await page.getByRole('button', { name: 'Classify' }).click();
      await page.getByText('There is no text yet').waitFor();
    }));

  it('says what was normalised', () =>
    harness().visit('/playground?explain=0', async (page) => {
      await page.getByLabel('Text', { exact: true }).fill(`${text} so\u00adft`);
      await page.getByRole('button', { name: 'Classify' }).click();
      await ready(page);
      const facts = await page.getByRole('article', { name: 'student' }).locator('.lines').textContent();
      expect(facts).not.toContain('Normalisednothing');
    }));

  it('looks right and fits, light and dark, on a desk and in a hand', () =>
    harness().pictures('playground', link, ready));
};

export default playground;
