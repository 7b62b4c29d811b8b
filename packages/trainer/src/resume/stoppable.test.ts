import { describe, expect, it } from '@jest/globals';
import { stoppable } from './stoppable.ts';

/** What is told when a training is stopped that has this checkpoint. */
async function told(lastStep: number | undefined): Promise<string[]> {
  const lines: string[] = [];
  const controller = new AbortController();
  const training = stoppable(
    { interruptible: (work) => work(controller.signal) },
    'finetune x',
    { lastStep },
    async (stop) => {
      controller.abort(new Error('Ctrl-C'));
      stop.throwIfAborted();
    },
    (text) => lines.push(text),
  );
  await expect(training).rejects.toThrow('Ctrl-C');
  return lines;
}

describe('a training that is stopped', () => {
  it('says so, and from which step it will go on', async () => {
    expect(await told(1840)).toEqual([
      'finetune x  stopping after this step; a second time stops at once',
      'finetune x  stopped; run it again to go on from step 1840',
    ]);
  });

  it('says that it will begin at the beginning where there is no checkpoint', async () => {
    expect((await told(undefined)).at(-1)).toBe(
      'finetune x  stopped; run it again: from the beginning, for there is no checkpoint',
    );
  });

  it('says nothing where it is not', async () => {
    const lines: string[] = [];
    const { signal } = new AbortController();
    const writer = { interruptible: <T>(work: (stop: AbortSignal) => Promise<T>) => work(signal) };
    expect(
      await stoppable(
        writer,
        'x',
        { lastStep: 3 },
        async () => 'done',
        (text) => lines.push(text),
      ),
    ).toBe('done');
    expect(lines).toEqual([]);
  });
});
