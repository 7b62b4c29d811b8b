import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MetricsLog, UserError } from '@retort/shared';
import fc from 'fast-check';
import { readMetrics } from './metrics.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = () => join(folder, 'metrics.jsonl');
const point = (name: string) => `{"time":"2026-03-01T12:00:00.000Z","name":"${name}","value":1}\n`;

/** What reading throws. */
function failure(): unknown {
  try {
    readMetrics(folder);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('readMetrics', () => {
  it('reads what the log wrote', () => {
    const log = new MetricsLog(file());
    log.append({ name: 'loss', value: 0.5, step: 3 }, { name: 'accuracy', value: 0.9, epoch: 1 });
    log.close();
    expect(readMetrics(folder)).toMatchObject([
      { name: 'loss', value: 0.5, step: 3 },
      { name: 'accuracy', value: 0.9, epoch: 1 },
    ]);
  });

  it('reads an empty log', () => {
    new MetricsLog(file()).close();
    expect(readMetrics(folder)).toEqual([]);
  });

  it('reads a value that was not finite as NaN', () => {
    const log = new MetricsLog(file());
    log.append({ name: 'loss', value: Number.POSITIVE_INFINITY });
    log.close();
    expect(readMetrics(folder)[0].value).toBeNaN();
  });

  it('keeps every whole line, wherever the file was cut off', () => {
    const log = new MetricsLog(file());
    log.append({ name: 'verlust ä', value: 0.25, step: 1 }, { name: 'b', value: 2 }, { name: 'c', value: 3 });
    log.close();
    const whole = readFileSync(file());
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), (length) => {
        writeFileSync(file(), whole.subarray(0, length));
        const lineEnds = whole.subarray(0, length).filter((byte) => byte === 10).length;
        const complete = whole[length] === 10 ? lineEnds + 1 : lineEnds; // Only the line end itself is missing.
        expect(readMetrics(folder).map(({ name }) => name)).toEqual(['verlust ä', 'b', 'c'].slice(0, complete));
      }),
      { seed: 1 },
    );
  });

  it('names the line of any other damage', () => {
    writeFileSync(file(), `${point('a')}{"time":\n${point('b')}`);
    const error = failure();
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ place: { line: 2 } });
  });

  it('names the field that is wrong', () => {
    writeFileSync(file(), `${point('a')}{"time":"2026-03-01T12:00:00.000Z","name":"b","value":"high"}\n`);
    expect(failure()).toMatchObject({ place: { line: 2, field: 'value' } });
  });

  it('refuses a folder without points', () => {
    expect(failure()).toBeInstanceOf(UserError);
  });
});
