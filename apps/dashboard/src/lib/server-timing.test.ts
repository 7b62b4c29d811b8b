import { describe, expect, it } from '@jest/globals';
import { parseServerTiming } from './server-timing.ts';

describe('parseServerTiming', () => {
  it.each([
    ['queue;dur=0.1, tokenize;desc="a";dur=2, infer;dur=12.5', { queue: 0.1, tokenize: 2, infer: 12.5 }],
    ['cache', {}],
    ['', {}],
  ])('%s', (header, durations) => {
    expect(parseServerTiming(header)).toEqual(durations);
  });
});
