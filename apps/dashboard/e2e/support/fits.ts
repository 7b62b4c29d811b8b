import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';

/** Letters and words apart as WCAG 2.2 asks pages to bear (1.4.12), in a typeface that is wider than most. */
const spaced = `* {
  font-family: "DejaVu Sans", Verdana, sans-serif !important;
  letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important;
}`;

/** Nothing lies beside the window: of a phone, and of the narrowest width that WCAG asks for (1.4.10), there with letters wide apart. */
export async function expectFits(page: Page): Promise<void> {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await outside(page)).toEqual([]);
  await page.setViewportSize({ width: 320, height: 844 });
  await page.evaluate((css) => {
    // A sheet, as the page's policy forbids elements with style.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
  }, spaced);
  expect(await outside(page)).toEqual([]);
  if (size !== null) await page.setViewportSize(size);
}

/** What makes the page wider than the window. Without a wait: a chart that is to be drawn anew must not, either. */
function outside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const found = [...document.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > width + 0.5,
    );
    return ['the page', ...found.map((element) => `${element.tagName}.${element.getAttribute('class')}`)];
  });
}
