// How the page does with 1,000 runs of 100 metrics of 100 points: nx run dashboard:bench. Needs a Chromium and 2 GB of disk; the database is that
// of tracking:bench-queries, in .retort/bench-postgres, and stays for the next time.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createApp, listen, openService } from '@retort/server';
import { LiveFeed } from '@retort/tracking';
import { createExperimentsApi } from '../../../packages/server/dist/api/experiments/index.js';
import { openLargeDatabase, sizeOptions } from '../../../packages/tracking/bench/large-database.js';
import { findChromium, launchChromium } from './chromium.js';
import { firstPaint, openPage } from './page.js';

const { values } = parseArgs({
  options: { ...sizeOptions, times: { type: 'string', default: '9' }, idle: { type: 'string', default: '60' } },
});
const executable = findChromium();
if (executable === undefined) throw new Error('there is no chromium on the path; CHROMIUM=FILE names one');

const { sql, keys, open, close: closeDatabase } = await openLargeDatabase(values);
const feed = new LiveFeed(() => open({ max: 2, migrate: false }));
const service = await openService({ variants: [], workers: 1 });
const dashboard = fileURLToPath(new URL('../dist', import.meta.url));
const app = createApp({ service, experiments: createExperimentsApi({ sql, feed }), dashboard });
const server = await listen(app, { host: '127.0.0.1', port: 0 });
const browser = await launchChromium(executable);
console.log(`Chromium ${browser.version()}`);

let missed = false;
function tell(what, figures, kept) {
  missed ||= !kept;
  console.log(`${what.padEnd(52)} ${figures}${kept ? '' : '  MISSED'}`);
}

const row = 'table.runs tbody tr.run';
const times = Number(values.times);
const table = await firstPaint(browser, { url: `${server.url}/`, mark: row, times });
tell('first useful paint of the table (< 1.5 s)', table.text, table.worst < 1500);
const compare = `${server.url}/compare?runs=${keys.slice(-50).join(',')}`;
const fifty = await firstPaint(browser, { url: compare, mark: 'main table tbody tr, main canvas', times });
tell('first useful paint of a comparison of 50 (< 2 s)', fifty.text, fifty.worst < 2000);

const { page, close } = await openPage(browser, { url: `${server.url}/`, mark: row });
await page.evaluate(() => {
  window.longTasks = [];
});
await page.mouse.move(700, 500);
for (let i = 0; i < 200; i++) {
  await page.mouse.wheel(0, 200);
  await page.waitForTimeout(30);
}
const { tasks, bottom } = await page.evaluate(() => {
  const box = document.querySelector('.table-box');
  return { tasks: window.longTasks, bottom: box.scrollTop + box.clientHeight >= box.scrollHeight - 2 };
});
const longest = Math.max(0, ...tasks);
const told = longest === 0 ? 'none of 50 ms or more' : `${longest.toFixed(0)} ms`;
const kept = longest < 100 && bottom;
tell('longest task while scrolling to the end (< 100 ms)', `${told}${bottom ? '' : ', end not reached'}`, kept);

const requests = [];
page.on('request', (request) => requests.push(request.url()));
await page.waitForTimeout(Number(values.idle) * 1000);
tell(`requests in an idle ${values.idle} s, beside the open stream`, requests.join(', ') || '0', requests.length === 0);
await close();

await browser.close();
await server.close(0);
app.close();
await service.close();
await feed.close();
await closeDatabase();
if (missed) process.exitCode = 1;
