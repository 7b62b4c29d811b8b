import { expect, it } from '@jest/globals';
import type { Spec } from '../dashboard.e2e.ts';

const shell: Spec = (harness) => {
  it.each(['/compare', '/tradeoff', '/playground'])('opens %s by its address', (path) =>
    harness().visit(path, async (page) => {
      await page.locator('main h1, main .note').first().waitFor();
      expect(await page.title()).toContain('Retort');
    }),
  );

  it('goes from view to view without loading the page anew', () =>
    harness().visit('/', async (page) => {
      await page.evaluate(() => document.body.setAttribute('data-mark', 'here'));
      await page.getByRole('navigation').getByRole('link', { name: 'Playground' }).click();
      await page.getByRole('heading', { name: 'Playground' }).waitFor();
      await page.goBack();
      await page.getByRole('heading', { name: 'Runs' }).waitFor();
      expect(await page.locator('body').getAttribute('data-mark')).toBe('here');
    }));

  it('is light or dark by choice, and remembers it', () =>
    harness().visit('/', async (page) => {
      const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await background();
      await page.getByLabel('Theme').selectOption('dark');
      expect(await background()).not.toBe(light);
      await page.reload();
      expect(await background()).not.toBe(light);
    }));

  it('has a link past the head for the keyboard', () =>
    harness().visit('/', async (page) => {
      await page.getByRole('heading', { name: 'Runs' }).waitFor();
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    }));

  it('says when the connection is lost, and comes back by itself', () =>
    harness().visit(
      '/',
      async (page) => {
        await page.getByText('Live', { exact: true }).waitFor();
        await page.route('**/api/events*', (route) => route.abort());
        // A stream that is open is not cut by a route: another view's would be, and this one's by its filter.
        await page.getByRole('combobox', { name: 'Filter' }).fill('stage = report');
        await page.keyboard.press('Enter');
        await page.getByText('Connection lost').waitFor();
        await page.unroute('**/api/events*');
        await page.getByText('Live', { exact: true }).waitFor();
      },
      { expected: /events|ERR_FAILED/ },
    ));

  it('says that the database is away, and shows the runs when it is back', () =>
    harness().visit(
      '/',
      async (page) => {
        const away = {
          type: 'about:blank',
          title: 'Service Unavailable',
          status: 503,
          detail: 'the database does not answer',
        };
        await page.route('**/api/runs?*', (route) => route.fulfill({ status: 503, json: away }));
        await page.reload();
        const note = page.getByRole('alert');
        await note.getByText('This page asks again by itself.').waitFor();
        expect(await note.textContent()).toContain('The database does not answer.');
        await page.unroute('**/api/runs?*');
        await page.getByRole('row').nth(1).waitFor();
        expect(await note.count()).toBe(0);
      },
      { expected: /503/ },
    ));

  it('says that there is no such run', () =>
    harness().visit(
      '/runs/00000000-0000-4000-8000-000000000000',
      async (page) => {
        await page.getByRole('heading', { level: 1 }).or(page.getByRole('alert')).first().waitFor();
      },
      { expected: /404/ },
    ));
};

export default shell;
