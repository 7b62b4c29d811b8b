/**
 * A page with nothing in its cache, open until what is useful is painted: what the selector `mark` finds. In it, `useful` is when that was, in
 * milliseconds from the start of the loading, and `longTasks` has the milliseconds of tasks of 50 or more.
 */
export async function openPage(browser, { url, mark }) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript((selector) => {
    window.longTasks = [];
    const observer = new PerformanceObserver((list) => {
      window.longTasks.push(...list.getEntries().map(({ duration }) => duration));
    });
    observer.observe({ type: 'longtask', buffered: true });
    const look = () => {
      if (document.querySelector(selector) === null) return requestAnimationFrame(look);
      // What a frame draws is painted when the next one begins.
      requestAnimationFrame(() => {
        window.useful = performance.now();
      });
    };
    requestAnimationFrame(look);
  }, mark);
  await page.goto(url);
  // By the selector and not by a condition to be evaluated, which the page's policy forbids.
  await page.waitForSelector(mark);
  await page.evaluate(async () => {
    while (window.useful === undefined) await new Promise(requestAnimationFrame);
  });
  return { page, close: () => context.close() };
}

/** When what is useful is painted, over so many loads; the first one does not count. */
export async function firstPaint(browser, { url, mark, times }) {
  const found = [];
  for (let i = 0; i < times + 1; i++) {
    const { page, close } = await openPage(browser, { url, mark });
    if (i > 0) found.push(await page.evaluate(() => window.useful));
    await close();
  }
  found.sort((a, b) => a - b);
  const worst = found.at(-1);
  return { worst, text: `median ${found[times >> 1].toFixed(0)} ms, worst of ${times} ${worst.toFixed(0)} ms` };
}
