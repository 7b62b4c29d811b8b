import { describe, expect, it } from '@jest/globals';
import { shortId, shortIds } from './short-id.ts';

// Of one minute, as the stages of an experiment are.
const a = '019ac5f1-25b2-7c3e-9a39-7d1f6f0c2b11';
const b = '019ac5f1-25b2-7a00-8b10-11aa6f0c2b11';
const c = '019ac5f1-31d0-7001-8123-0123456789ab';

describe('shortIds', () => {
  it('are ends, in which runs of one minute differ', () => {
    expect(shortIds([a, c])).toEqual(['6f0c2b11', '456789ab']);
  });

  it('are as long as is needed to tell runs apart', () => {
    expect(shortIds([a, b, c])).toEqual(['f6f0c2b11', 'a6f0c2b11', '3456789ab']);
  });

  it('are the same for one run named twice', () => {
    expect(shortIds([a, a])).toEqual([shortId(a), shortId(a)]);
  });
});
