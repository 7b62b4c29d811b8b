import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stoppable } from './stoppable.ts';

const before = process.env.NX_TASK_TARGET_TARGET; // Nx runs these tests, too.
beforeAll(() => {
  delete process.env.NX_TASK_TARGET_TARGET;
});
afterAll(() => {
  if (before !== undefined) process.env.NX_TASK_TARGET_TARGET = before;
});

/** What is told when a training is stopped that has this checkpoint. `error`: what ends it in the step under way. */
async function told(lastStep: number | undefined, error?: Error): Promise<string[]> {
  const lines: string[] = [];
  const controller = new AbortController();
  const training = stoppable(
    { interruptible: (work) => work(controller.signal) },
    'finetune x',
    { lastStep },
    async (stop) => {
      controller.abort(new Error('Ctrl-C'));
      if (error !== undefined) throw error;
      stop.throwIfAborted();
    },
    (text) => lines.push(text),
  );
  await expect(training).rejects.toThrow(error?.message ?? 'Ctrl-C');
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

  it('promises nothing where another error ends it', async () => {
    expect(await told(1840, new Error('the loss is not finite'))).toEqual([
      'finetune x  stopping after this step; a second time stops at once',
    ]);
  });

  it('promises no second time under Nx, which passes on the first alone', async () => {
    process.env.NX_TASK_TARGET_TARGET = 'finetune';
    try {
      expect((await told(3))[0]).toBe('finetune x  stopping after this step');
    } finally {
      delete process.env.NX_TASK_TARGET_TARGET;
    }
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
