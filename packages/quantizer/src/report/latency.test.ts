import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeModel } from '@retort/onnx';
import { onnxruntimeCpu, type Session } from '@retort/runtime';
import { bertLike, tinyConfig } from '../testing/bert-like.ts';
import { measureLatencies, measureMix, percentile } from './latency.ts';

describe('measureLatencies', () => {
  let session: Session;
  beforeAll(async () => {
    session = await onnxruntimeCpu.open(writeModel(bertLike()), { threads: 1 });
  });
  afterAll(() => session.close());

  const options = { length: 6, warmUp: 2, runs: 4, vocabularySize: tinyConfig.vocabularySize };
  /** The real session, with a note of each run. */
  const noted = (name: string, notes: string[]): Session => ({
    ...session,
    run: (inputs) => {
      notes.push(`${name}${inputs.input_ids.shape}`);
      return session.run(inputs);
    },
  });

  it('lets the sessions take turns, each turn beginning with another', async () => {
    const notes: string[] = [];
    await measureLatencies([noted('a', notes), noted('b', notes)], { ...options, runs: 2, warmUp: 1 });
    expect(notes).toEqual(['a1,6', 'b1,6', 'b1,6', 'a1,6', 'a1,6', 'b1,6']);
  });

  it('times every run but those of the warm-up', async () => {
    // Pauses before and lengths of two runs to warm up and four that count.
    const ticks = [0, 1000, 0, 1000, 5, 10, 5, 20, 5, 30, 5, 40].values();
    let time = 0;
    const now = () => {
      time += ticks.next().value ?? Number.NaN;
      return time;
    };
    const result = await measureLatencies([session], { ...options, now });
    expect(result).toEqual([{ length: 6, runs: 4, p50: 20, p95: 40, p99: 40 }]);
  });

  it('ends when its time is over, after ten runs at least', async () => {
    let time = 0;
    const now = () => {
      time += 1;
      return time;
    };
    const [result] = await measureLatencies([session], { ...options, warmUp: 0, runs: 50, budgetMs: 20, now });
    const [short] = await measureLatencies([session], { ...options, warmUp: 0, runs: 50, budgetMs: 2, now });
    expect([result.runs, short.runs]).toEqual([20, 10]);
  });

  it('gives all sessions the same tokens, below the size of the vocabulary', async () => {
    const ids: unknown[] = [];
    const listening: Session = {
      ...session,
      run: (inputs) => {
        ids.push([...inputs.input_ids.data]);
        return session.run(inputs);
      },
    };
    await measureLatencies([listening, listening], { ...options, vocabularySize: 3, length: 20 });
    expect(new Set(ids.map(String)).size).toBe(1);
    expect(Math.max(...[ids[0]].flat().map(Number))).toBe(2);
  });
});

describe('measureMix', () => {
  it('runs each text once, all its windows, after those to warm up', async () => {
    const session = await onnxruntimeCpu.open(writeModel(bertLike()), { threads: 1 });
    const lengths: number[] = [];
    const listening: Session = {
      ...session,
      run: (inputs) => {
        lengths.push(inputs.input_ids.shape[1]);
        return session.run(inputs);
      },
    };
    const texts = [[Int32Array.of(2, 6, 3)], [Int32Array.of(2, 6, 7, 3), Int32Array.of(2, 3)]];
    const [mix] = await measureMix([listening], [texts], { warmUp: 1 });
    await session.close();
    expect(lengths).toEqual([3, 3, 4, 2]);
    expect(mix.runs).toBe(2);
  });
});

describe('percentile', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  it.each([
    [0.5, 50],
    [0.95, 95],
    [0.001, 1],
    [1, 100],
  ])('%p of 1 to 100 is %p', (share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });
});
