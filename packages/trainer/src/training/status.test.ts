import { describe, expect, it } from '@jest/globals';
import { formatStatus, Speedometer } from './status.ts';

describe('formatStatus', () => {
  it('has the time that is left within 80 columns, behind the name of the stage', () => {
    const speed = new Speedometer(10_000_000);
    speed.add(42_941, 1000);
    const status = formatStatus({ epoch: 2, epochs: 30, step: 1840, total: 21_000, loss: 0.21436, speed });
    expect(status).toBe('epoch 2/30  step 1840/21000  loss 0.2144  3 min 52 s left  42941 tokens/s');
    expect(`finetune essays  ${status}`.indexOf(' left')).toBeLessThan(75);
  });
});
