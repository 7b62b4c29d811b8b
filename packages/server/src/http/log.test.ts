import { describe, expect, it } from '@jest/globals';
import { jsonLog, type LogChoice } from './log.ts';

/** What is written of a request, a defect, an event and a trouble: level and event of each line. */
function written(choice?: LogChoice): string[] {
  const lines: string[] = [];
  const log = jsonLog({ write: (line) => lines.push(line) }, choice);
  const request = { id: 'one', method: 'GET', route: '/readyz', caller: 'a', ms: 1 };
  log.request({ ...request, status: 200 });
  log.request({ ...request, status: 503 });
  log.defect(new Error('a defect'), 'one');
  log.event('model swapped');
  log.trouble('worker restarted');
  return lines.map((line) => {
    const { level, event } = JSON.parse(line);
    return `${level} ${event}`;
  });
}

describe('a log', () => {
  it.each([
    ['requests', ['info request', 'error request', 'error defect', 'info model swapped', 'error worker restarted']],
    ['errors', ['error defect', 'error worker restarted']],
    ['off', []],
  ] as const)('of %s holds that, and no more', (choice, lines) => {
    expect(written(choice)).toEqual(lines);
  });
});
