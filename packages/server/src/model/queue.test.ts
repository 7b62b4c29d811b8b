import { describe, expect, it } from '@jest/globals';
import { createQueue } from './queue.ts';

describe('createQueue', () => {
  it('starts a task when the one before has ended', async () => {
    const queue = createQueue();
    const events: string[] = [];
    const task = (name: string) => async () => {
      events.push(`${name} starts`);
      await new Promise((done) => setImmediate(done));
      events.push(`${name} ends`);
    };
    await Promise.all([queue(task('a')), queue(task('b'))]);
    expect(events).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
  });

  it('gives each caller its own result', async () => {
    const queue = createQueue();
    expect(await Promise.all([queue(async () => 1), queue(async () => 2)])).toEqual([1, 2]);
  });

  it('goes on after a task that failed', async () => {
    const queue = createQueue();
    const failed = queue(async () => {
      throw new Error('broken');
    });
    const next = queue(async () => 'fine');
    await expect(failed).rejects.toThrow('broken');
    expect(await next).toBe('fine');
  });
});
