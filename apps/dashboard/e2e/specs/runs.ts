import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Spec } from '../dashboard.e2e.ts';
import { expectAccessible } from '../support/harness.ts';

const grid = (page: Page) => page.getByRole('grid', { name: 'Runs' }).or(page.getByRole('treegrid', { name: 'Runs' }));
const row = (page: Page, stage: string, project = 'tiny') =>
  grid(page).locator('tbody tr.run', { hasText: stage }).filter({ hasText: project });
const ofTiny = `/?${new URLSearchParams({ filter: 'project = tiny' })}`;
const ready = (page: Page) => grid(page).getByText('report').first().waitFor();

const runs: Spec = (harness) => {
  it('lists what has run, the newest first', () =>
    harness().visit(ofTiny, async (page) => {
      await ready(page);
      const stages = await grid(page).locator('tbody tr.run td:nth-child(3)').allTextContents();
      expect(stages).toEqual(['report', 'quantize', 'distill', 'finetune', 'prepare']);
    }));

  it('shows of a report the accuracy of the served student, and every column’s whole name', () =>
    harness().visit(ofTiny, async (page) => {
      await ready(page);
      const heads = grid(page).locator('thead th:not(.tick) span:first-child');
      expect(await heads.allInnerTexts()).toContain('student-int8.accuracy');
      const accuracy = row(page, 'report').locator('td.number').last();
      expect(await accuracy.textContent()).toMatch(/^[01]\.?\d*$/);
      const cut = await heads.evaluateAll((names) =>
        names.filter((name) => name.scrollWidth > name.clientWidth + 1).map((name) => name.textContent),
      );
      expect(cut).toEqual([]);
    }));

  it('filters, and keeps the filter in the URL', () =>
    harness().visit('/', async (page) => {
      await ready(page);
      await page.getByRole('combobox', { name: 'Filter' }).fill('stage = finetune or stage = distill');
      await page.keyboard.press('Enter');
      await page.getByText('4 runs').waitFor();
      expect(new URL(page.url()).searchParams.get('filter')).toBe('stage = finetune or stage = distill');
      await page.reload();
      await page.getByText('4 runs').waitFor();
      await page.goBack();
      await page.getByText('10 runs').waitFor();
    }));

  it('says what is wrong with a filter, and where', () =>
    harness().visit('/', async (page) => {
      const box = page.getByRole('combobox', { name: 'Filter' });
      await box.fill('stage = ');
      await page.keyboard.press('Enter');
      await page.getByText('a value is missing, at character').waitFor();
      expect(await box.getAttribute('aria-invalid')).toBe('true');
    }));

  it('suggests names while a filter is typed', () =>
    harness().visit('/', async (page) => {
      await page.getByRole('combobox', { name: 'Filter' }).pressSequentially('student.lay');
      await page.getByRole('option', { name: 'config.student.layers' }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      expect(await page.getByRole('combobox', { name: 'Filter' }).inputValue()).toBe('config.student.layers');
    }));

  it('sorts by a column, both ways', () =>
    harness().visit('/?filter=validation.accuracy+is+not+null', async (page) => {
      await page.getByRole('button', { name: 'validation.accuracy' }).click();
      await page
        .getByRole('columnheader', { name: 'validation.accuracy' })
        .and(page.locator('[aria-sort=descending]'))
        .waitFor();
      await page.getByRole('button', { name: 'validation.accuracy' }).click();
      await page
        .getByRole('columnheader', { name: 'validation.accuracy' })
        .and(page.locator('[aria-sort=ascending]'))
        .waitFor();
      expect(page.url()).toContain('sort=validation.accuracy');
    }));

  it('shows columns of any parameter and metric', () =>
    harness().visit('/', async (page) => {
      await ready(page);
      await page.getByRole('button', { name: 'Columns' }).click();
      const dialog = page.getByRole('dialog', { name: 'Columns' });
      await dialog.getByRole('searchbox').fill('teacher.hidden');
      await dialog.getByRole('checkbox', { name: 'config.teacher.hidden' }).check();
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('columnheader', { name: 'teacher.hidden' }).waitFor();
      await row(page, 'finetune').getByText('32', { exact: true }).waitFor();
      expect(new URL(page.url()).searchParams.get('cols')).toContain('config.teacher.hidden');
    }));

  it('groups by a parameter, with the runs below', () =>
    harness().visit('/', async (page) => {
      await ready(page);
      await page.getByLabel('Group by').focus();
      await page.getByLabel('Group by').selectOption('stage');
      await page.getByText('10 runs in 5 groups').waitFor();
      await grid(page).getByRole('button', { name: 'Open distill' }).click();
      await row(page, 'distill').first().waitFor();
    }));

  it('keeps a mean apart from its interval, however long that is', () =>
    harness().visit('/?group=stage&cols=took', async (page) => {
      const interval = grid(page).locator('tr.group .delta').first();
      await interval.waitFor();
      const gap = await interval.evaluate((delta) => {
        delta.textContent = '±2 min 00 s';
        const edges = [delta.previousSibling, delta.firstChild].map((text) => {
          const range = document.createRange();
          if (text !== null) range.selectNodeContents(text);
          return range.getBoundingClientRect();
        });
        return edges[1].left - edges[0].right;
      });
      expect(gap).toBeGreaterThan(4);
    }));

  it('pins a baseline and tells the differences to it', () =>
    harness().visit('/?filter=project+=+tiny+and+stage+in+(finetune,+distill)', async (page) => {
      await row(page, 'finetune').hover();
      await row(page, 'finetune').getByRole('button', { name: 'as baseline' }).click();
      await page.locator('tr.pinned').waitFor();
      await row(page, 'distill').locator('.delta').first().waitFor();
      expect(new URL(page.url()).searchParams.get('base')).toMatch(/^[0-9a-f-]{36}$/);
    }));

  it('is used by keys alone: select, compare, edit', () =>
    harness().visit('/', async (page) => {
      await ready(page);
      await grid(page).focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await page.getByText('2 selected').waitFor();
      await page.keyboard.press('e');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      const link = page.getByRole('link', { name: 'Compare', exact: true }).last();
      expect(
        new URL((await link.getAttribute('href')) ?? '', page.url()).searchParams.get('runs')?.split(','),
      ).toHaveLength(2);
    }));

  it('changes notes and tags, which another page is told of, and the archive', () =>
    harness().visit('/', async (page) => {
      await ready(page);
      await harness().visit('/?filter=project+%3D+tiny+and+stage+%3D+prepare', async (other) => {
        await row(other, 'prepare').getByRole('button', { name: 'Notes and tags' }).click();
        await other.getByLabel('Tags, with commas between').fill('kept, first');
        await other.getByLabel('Notes', { exact: true }).fill('the first one');
        await other.getByRole('button', { name: 'Save' }).click();
        await other.getByText('Saved.').waitFor();
      });
      await row(page, 'prepare').getByText('kept').waitFor();
      await row(page, 'prepare').getByRole('checkbox').check();
      await page.getByRole('button', { name: 'Archive', exact: true }).click();
      await page.getByText('9 runs', { exact: true }).waitFor();
      await page.getByLabel('Archived, too').check();
      await page.getByText('10 runs', { exact: true }).waitFor();
      await row(page, 'prepare').getByRole('button', { name: 'Notes and tags' }).click();
      await page.getByLabel('Archived: lists leave it out').uncheck();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByLabel('Archived, too').uncheck();
      await page.getByText('10 runs', { exact: true }).waitFor();
    }));

  it('saves the table as CSV', () =>
    harness().visit('/', async (page) => {
      await ready(page);
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'CSV' }).click();
      const lines = readFileSync(await (await saved).path(), 'utf8')
        .trim()
        .split('\r\n');
      expect(lines[0]).toBe(
        'run,project,stage,status,started,took,validation.loss,validation.accuracy,student-int8.accuracy,tags',
      );
      expect(lines).toHaveLength(11);
    }));

  it('says what to do where no run fits', () =>
    harness().visit('/?filter=project+%3D+nothing', async (page) => {
      await page.getByRole('button', { name: 'Show all runs' }).click();
      await ready(page);
    }));

  it.each([
    ['filter=accuracy+%3E+0.5', 'No run has "accuracy"; near it: student-int8.accuracy'],
    ['filter=stage+%3D+distil', 'There is no stage "distil"; near it: distill'],
  ])('tells of a name that no run has, with near ones: %s', (query, message) =>
    harness().visit(
      `/?${query}`,
      async (page) => {
        expect(await page.getByRole('alert').textContent()).toContain(message);
        expect(await grid(page).count()).toBe(0);
        await page.getByRole('button', { name: 'Show all runs' }).click();
        await ready(page);
      },
      { expected: /422/ },
    ),
  );

  it('follows a training to its end, without a reload', () =>
    harness().visit('/?cols=stage,status,points(train.loss),last(train.loss)', async (page) => {
      await ready(page);
      await page.getByText('Live', { exact: true }).waitFor();
      await page.evaluate(() => document.body.setAttribute('data-mark', 'never loaded again'));
      const training = harness().workspace.run('finetune', 'tiny@2');
      const line = row(page, 'finetune', 'tiny@2');
      await line.getByText('running').waitFor();
      await line.getByText('succeeded').waitFor();
      await training;
      expect(await page.locator('body').getAttribute('data-mark')).toBe('never loaded again');
      const points = Number(await line.locator('td').nth(4).textContent());
      expect(points).toBeGreaterThan(10);
    }));

  it('looks right and fits, light and dark, on a desk and in a hand', async () => {
    await harness().pictures('runs', '/', ready);
    await harness().pictures('runs-grouped', '/?group=stage', (page) => page.getByText('groups').waitFor());
  });
};

export default runs;
