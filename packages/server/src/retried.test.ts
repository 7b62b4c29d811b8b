import { describe, expect, it } from '@jest/globals';
import { Retried } from './retried.ts';

/** What is there from the `from`th attempt on. */
function setUp(from: number) {
  const clock = { ms: 0 };
  let attempts = 0;
  const open = async () => {
    if (++attempts < from) throw new Error('away');
    return 'here';
  };
  const retried = new Retried(open, () => clock.ms);
  const outcome = () => retried.ask().catch(({ retryAfterSeconds }) => retryAfterSeconds);
  return { retried, clock, outcome, attempts: () => attempts };
}

describe('what may be there only later', () => {
  it('is opened once for all who ask', async () => {
    const { outcome, attempts } = setUp(1);
    expect([...(await Promise.all([outcome(), outcome()])), await outcome()]).toEqual(['here', 'here', 'here']);
    expect(attempts()).toBe(1);
  });

  it('is not tried before its pause is over, of which it tells the rest', async () => {
    const { clock, outcome, attempts } = setUp(3);
    const seen = [await outcome()];
    clock.ms = 999;
    seen.push(await outcome());
    const before = attempts();
    clock.ms = 1000;
    seen.push(await outcome());
    clock.ms = 2500;
    seen.push(await outcome());
    expect([before, attempts(), seen]).toEqual([1, 2, [1, 1, 2, 1]]);
  });

  it('is tried at least every ten seconds that somebody asks', async () => {
    const { clock, outcome } = setUp(Number.POSITIVE_INFINITY);
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      pauses.push(await outcome());
      clock.ms += 1000 * pauses[attempt];
    }
    expect(pauses).toEqual([1, 2, 4, 8, 10, 10]);
  });

  it('is no value before it is there', async () => {
    const { retried, clock, outcome } = setUp(2);
    await outcome();
    expect(() => retried.value).toThrow('not there; it is tried again in 1 s');
    clock.ms = 1000;
    await outcome();
    expect([retried.value, await retried.settled()]).toEqual(['here', 'here']);
  });
});
