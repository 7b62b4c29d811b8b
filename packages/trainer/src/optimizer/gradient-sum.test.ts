import { describe, expect, it } from '@jest/globals';
import { collate } from '../data/batches.ts';
import { wordTableName } from '../model/parameters.ts';
import { goldenJson, goldenModel, oneHot, plainEngine, relativeError } from '../testing/golden.ts';
import { GradientSum } from './gradient-sum.ts';

const texts = (
  goldenJson('loss-curve/batches.json') as { batches: { input_ids: number[][]; labels: number[] }[] }
).batches
  .slice(0, 2)
  .flatMap(({ input_ids: ids, labels }) => ids.map((row, i) => ({ ids: Int32Array.from(row), label: labels[i] })));

/** The gradients of the texts, by way of batches of these sizes. */
async function gradientsBy(sizes: readonly number[], repeat = 1) {
  const model = goldenModel('loss-curve');
  const engine = await plainEngine(model, { hard: 1, soft: 0, temperature: 1 }, { size: texts.length, length: 64 });
  const { hidden, vocabularySize, labels } = model.config;
  const sum = new GradientSum(hidden);
  const total = sizes.reduce((a, b) => a + b, 0);
  const step = async () => {
    let from = 0;
    for (const size of sizes) {
      const part = texts.slice(from, from + size);
      const batch = collate(
        part.map(({ ids }) => ids),
        [...part.keys()],
        0,
      );
      const targets = oneHot(
        part.map(({ label }) => label),
        labels.length,
      );
      sum.add(await engine.gradients(batch, { labels: targets, teacher: new Map() }, 0), size / total);
      from += size;
    }
    return sum.take();
  };
  for (let i = 1; i < repeat; i++) await step();
  const { loss, norm, dense, rows, wordRows } = await step();
  await engine.close();
  const words = new Float32Array(vocabularySize * hidden);
  rows.forEach((row, i) => {
    words.set(wordRows.subarray(i * hidden, (i + 1) * hidden), row * hidden);
  });
  const all = [...dense].map(([name, data]) => [name, data.slice()] as const);
  return { loss, norm, all: new Map([...all, [wordTableName(model.config), words]]) };
}

describe('the gradients of batches of 3, 5 and the rest, summed', () => {
  const large = gradientsBy([texts.length]);
  const summed = gradientsBy([3, 5, texts.length - 8]);

  it('are those of one large batch', async () => {
    const [one, other] = [(await large).all, (await summed).all];
    const squares = (values: Float32Array) => values.reduce((a, b) => a + b * b, 0);
    const difference = [...one].map(([name, data]) => squares(data.map((v, i) => v - (other.get(name)?.[i] ?? 0))));
    const size = [...one.values()].map(squares).reduce((a, b) => a + b);
    expect(Math.sqrt(difference.reduce((a, b) => a + b) / size)).toBeLessThan(1e-5);
  });

  it('have the loss of one large batch', async () => {
    expect((await summed).loss).toBeCloseTo((await large).loss, 5);
  });

  it('have the norm of one large batch', async () => {
    expect(relativeError([(await summed).norm], [(await large).norm])).toBeLessThan(1e-5);
  });

  it('begin anew with each step', async () => {
    expect(await gradientsBy([3, 5, texts.length - 8], 2)).toEqual(await summed);
  });
});

describe('GradientSum', () => {
  it("has the engine's own norm for a single batch", async () => {
    const model = goldenModel('loss-curve');
    const engine = await plainEngine(model, { hard: 1, soft: 0, temperature: 1 });
    const batch = collate(
      texts.slice(0, 4).map(({ ids }) => ids),
      [0, 1, 2, 3],
      0,
    );
    const targets = { labels: oneHot([0, 1, 0, 1], model.config.labels.length), teacher: new Map() };
    const gradients = await engine.gradients(batch, targets, 0);
    const sum = new GradientSum(model.config.hidden);
    sum.add(gradients, 1);
    await engine.close();
    expect(relativeError([sum.take().norm], [gradients.norm])).toBeLessThan(1e-5);
  });
});
