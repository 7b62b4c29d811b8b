import { describe, expect, it } from '@jest/globals';
import { relativeError } from '../testing/golden.ts';
import { runTiny, tinySettings } from '../testing/tiny-training.ts';

describe('train', () => {
  const first = runTiny();

  it('learns', async () => {
    expect((await first).result?.validation.accuracy).toBeGreaterThan(0.95);
  });

  it('gives the same weights, to the bit, when run again', async () => {
    const second = await runTiny();
    expect(second.result?.parameters).toEqual((await first).result?.parameters);
  });

  it('tells every epoch, and which was the best', async () => {
    const { lines, result } = await first;
    expect(lines).toHaveLength(tinySettings.epochs);
    expect(lines[(result?.bestEpoch ?? 0) - 1]).toMatch(
      /^epoch \d\/6 {2}train loss \d.*accuracy [\d.]+ % {2}\(best\)$/,
    );
  });

  it('takes, of the epochs with the most right answers, the one with the smallest validation loss', async () => {
    const { points, result } = await runTiny({ settings: { learningRate: 1e-2, epochs: 8 } });
    const curve = (name: string) => points.filter((point) => point.name === name).map(({ value }) => value);
    const [accuracies, losses] = [curve('validation.accuracy'), curve('validation.loss')];
    const tied = accuracies.flatMap((value, i) => (value === Math.max(...accuracies) ? [i] : []));
    const smallest = tied.reduce((best, i) => (losses[i] < losses[best] ? i : best));
    expect(smallest).toBeGreaterThan(tied[0]);
    expect(result?.bestEpoch).toBe(smallest + 1);
  });

  it('logs a point of each curve for each step', async () => {
    const { points } = await first;
    expect(points.filter(({ name }) => name === 'train.loss').map(({ step }) => step)).toEqual(
      Array.from({ length: 120 }, (_, i) => i + 1),
    );
    expect(points.filter(({ name }) => name === 'validation.accuracy')).toHaveLength(tinySettings.epochs);
  });

  it('shows how far validation has come', async () => {
    expect((await runTiny({ interruptAt: 'epoch 1/6  validation 60/60' })).result).toBeUndefined();
  });

  it('stops at a loss that is no number, and says what to do', async () => {
    await expect(runTiny({ settings: { learningRate: 1e30 } })).rejects.toThrow(
      /training diverged: at step \d+ the loss is/,
    );
  });
});

describe('accumulation', () => {
  const withoutDropout = { dropout: 0, epochs: 1 };
  const large = runTiny({ settings: { ...withoutDropout, batchSize: 8 } });
  const accumulated = runTiny({ settings: { ...withoutDropout, batchSize: 3, accumulation: 3 } });
  const losses = (run: Awaited<typeof large>) =>
    run.points.filter(({ name }) => name === 'train.loss').map(({ value }) => value);

  it('takes a step for so many batches', async () => {
    expect(losses(await accumulated)).toHaveLength(Math.ceil(160 / 9));
  });

  it('follows the curve of one large batch', async () => {
    const same = await runTiny({ settings: { ...withoutDropout, batchSize: 2, accumulation: 4 } });
    expect(losses(same)).toHaveLength(20);
    expect(relativeError(losses(same), losses(await large))).toBeLessThan(1e-4);
  });
});

describe('patience', () => {
  // A learning rate at which nothing is learned: no epoch after the first gives a better result.
  const settings = { learningRate: 1e-30, epochs: 6, patience: 2 };

  it('ends the training after so many epochs without a better result', async () => {
    const { lines, result } = await runTiny({ settings });
    expect(result).toMatchObject({ bestEpoch: 1, steps: 3 * 20 });
    expect(lines.at(-1)).toBe('stopped after epoch 3: the result of epoch 1 has not been bettered since');
  });

  it('does not end a training that gets better', async () => {
    const { result } = await runTiny({ settings: { patience: 4 } });
    expect(result?.steps).toBe(120);
  });
});
