import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Task, Wanted } from '@retort/runtime';
import type { QueuedModel } from './queued-model.ts';
import { Turns } from './turns.ts';

const alone: QueuedModel = { key: 'alone', inputNames: ['input_ids'], labelCount: 2 };
const social: QueuedModel = { ...alone, key: 'social', company: { longest: 8, tokens: 16 } };

function queue(turns: Turns, priority: 'interactive' | 'background' = 'interactive') {
  const turn = turns.open(priority);
  const run = (length: number, first: number, model = alone) =>
    turn.add(
      model,
      Int32Array.from({ length }, () => first),
    );
  return {
    run,
    /** Its end is of no interest. */
    add: (length: number, first: number, model = alone) => void run(length, first, model).catch(() => undefined),
    drop: () => turn.drop(new Error('gone')),
  };
}

/** The first id of each input of the task. */
function rows(task: Task | undefined): number[] {
  if (task === undefined) return [];
  const { data, shape } = task.inputs.input_ids;
  return Array.from({ length: shape[0] }, (_, row) => Number(data[row * shape[1]]));
}

const open = (now?: () => number) =>
  new Turns(
    () => undefined,
    () => undefined,
    now,
  );
const one: Wanted = { idle: 1, crowded: false };
const drain = (turns: Turns, wanted = one) => {
  const all: number[][] = [];
  for (let task = turns.next(wanted); task !== undefined; task = turns.next(wanted)) all.push(rows(task));
  return all;
};

describe('turns', () => {
  it('go round the requests, whatever number of inputs each has', () => {
    const turns = open();
    const [large, small] = [queue(turns), queue(turns)];
    for (const id of [1, 2, 3]) large.add(4, id);
    small.add(4, 10);
    expect(drain(turns)).toEqual([[1], [10], [2], [3]]);
  });

  it.each([
    ['for the most times their own run', false, [[2], [1]]], // 11 ms for a run of 20, and 1 ms for a run of 0.8.
    ['longest, where many wait', true, [[1], [2]]],
  ])('come first to those who have waited %s', (_, crowded, order) => {
    let now = 0;
    const turns = open(() => now);
    queue(turns).add(100, 1);
    now = 10;
    queue(turns).add(4, 2);
    now = 11;
    expect(drain(turns, { ...one, crowded })).toEqual(order);
  });

  it('come to long inputs in the end, whatever short ones come', () => {
    let now = 0;
    const turns = open(() => now);
    queue(turns).add(100, 1);
    now = 100;
    queue(turns).add(4, 2);
    now = 101;
    expect(rows(turns.next(one))).toEqual([1]);
  });

  it('count what a token of the model takes', () => {
    let now = 0;
    const turns = open(() => now);
    const slow: QueuedModel = { ...alone, key: 'slow' };
    for (const [model, ms] of [
      [alone, 1],
      [slow, 100],
    ] as const) {
      queue(turns).add(10, 0, model);
      const logits = { type: 'float32' as const, shape: [1, 2], data: Float32Array.of(1, 2) };
      turns.next(one)?.resolve({ outputs: { logits }, ms });
    }
    queue(turns).add(10, 1, slow);
    queue(turns).add(20, 2, alone);
    now = 1;
    expect([turns.next(one)?.cost, turns.next(one)?.cost]).toEqual([2, 100]);
  });

  it('pass over what costs more than asked for', () => {
    const turns = open();
    queue(turns).add(100, 1);
    queue(turns).add(4, 2);
    const cost = 4 * 0.2;
    expect([
      rows(turns.next({ ...one, most: cost })),
      rows(turns.next({ ...one, most: cost })),
      rows(turns.next(one)),
    ]).toEqual([[2], [], [1]]);
  });

  it('come to no background request where only so much may be spent', () => {
    const turns = open();
    queue(turns, 'background').add(4, 1);
    expect(turns.next({ ...one, most: 1000 })).toBeUndefined();
  });

  it('make no crowd of what waits in the background', () => {
    const turns = open();
    queue(turns, 'background').add(4, 1);
    expect([turns.waiting(), turns.requests()]).toEqual([0, 0]);
  });

  it('count requests, whatever number of inputs each has', () => {
    const turns = open();
    const large = queue(turns);
    for (const id of [1, 2, 3]) large.add(4, id);
    queue(turns).add(4, 4);
    expect([turns.waiting(), turns.requests()]).toEqual([4, 2]);
  });

  it('are counted from when an input of the request went in company', () => {
    let now = 0;
    const turns = open(() => now);
    const [a, b, c] = [queue(turns), queue(turns), queue(turns)];
    a.add(4, 1, social);
    b.add(4, 2, social);
    expect(rows(turns.next(one))).toEqual([1, 2]);
    now = 50;
    c.add(4, 3);
    now = 60;
    b.add(4, 4);
    now = 61;
    expect(drain(turns)).toEqual([[3], [4]]);
  });

  it('come to background requests when no other waits', () => {
    const turns = open();
    queue(turns, 'background').add(4, 1);
    queue(turns).add(4, 2);
    expect(drain(turns)).toEqual([[2], [1]]);
  });

  it('pass over what was dropped, and count it no more', async () => {
    const turns = open();
    const [gone, other] = [queue(turns), queue(turns)];
    const job = gone.run(4, 1);
    other.add(4, 2);
    const refused = expect(job).rejects.toThrow('gone');
    gone.drop();
    expect([turns.waiting(), drain(turns)]).toEqual([1, [[2]]]);
    await refused;
  });

  it('are looked at again when some are dropped, for then others may go', () => {
    let looks = 0;
    const turns = new Turns(
      () => looks++,
      () => undefined,
    );
    const gone = queue(turns);
    gone.add(4, 1);
    const before = looks;
    gone.drop();
    expect(looks).toBe(before + 1);
  });
});

describe('company', () => {
  it('is of equal length, up to the budget of tokens, and out of all requests', () => {
    const turns = open(() => 0);
    const [a, b] = [queue(turns), queue(turns)];
    a.add(4, 1, social);
    a.add(5, 2, social);
    for (const id of [3, 4, 5, 6]) b.add(4, id, social);
    expect(drain(turns)).toEqual([[1, 3, 4, 5], [2], [6]]); // Those who went in company have had their turn.;
  });

  it('is not for inputs that are too long, nor for models that are not said to bear it', () => {
    const turns = open();
    const request = queue(turns);
    for (const id of [1, 2]) request.add(9, id, social);
    for (const id of [3, 4]) request.add(4, id, alone);
    expect(drain(turns)).toEqual([[1], [2], [3], [4]]);
  });

  it('leaves idle workers their part', () => {
    const turns = open();
    const request = queue(turns);
    for (const id of [1, 2, 3, 4]) request.add(4, id, social);
    expect([rows(turns.next({ ...one, idle: 2 })), rows(turns.next(one))]).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('is of all that come in one turn of the event loop', async () => {
    const runs: number[][] = [];
    const turns: Turns = new Turns(
      () => runs.push(...drain(turns)),
      () => undefined,
    );
    for (const id of [1, 2, 3]) queue(turns).add(4, id, social);
    await turnOfTheLoop();
    expect(runs).toEqual([[1, 2, 3]]);
  });

  it('is not what an input that runs alone waits for', () => {
    const runs: number[][] = [];
    const turns: Turns = new Turns(
      () => runs.push(...drain(turns)),
      () => undefined,
    );
    queue(turns).add(4, 1, alone);
    queue(turns).add(9, 2, social);
    expect(runs).toEqual([[1], [2]]);
  });

  it('costs what one of its inputs costs', () => {
    const turns = open();
    const request = queue(turns);
    for (const id of [1, 2]) request.add(4, id, social);
    expect(turns.next(one)?.cost).toBeCloseTo(4 * 0.2, 12);
  });

  it('is no larger than what may be spent', () => {
    const turns = open();
    const request = queue(turns);
    for (const id of [1, 2, 3]) request.add(4, id, social);
    expect(rows(turns.next({ ...one, most: 2 * 4 * 0.2 }))).toEqual([1, 2]);
  });

  it('gives each input its own logits', async () => {
    const turns = open();
    const request = queue(turns);
    const jobs = [request.run(4, 1, social), request.run(4, 2, social)];
    const logits = { type: 'float32' as const, shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
    turns.next(one)?.resolve({ outputs: { logits }, ms: 1 });
    expect((await Promise.all(jobs)).map((run) => [...run.logits])).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('fails together where the logits are not finite', async () => {
    const turns = open();
    const job = queue(turns).run(4, 1);
    const logits = { type: 'float32' as const, shape: [1, 2], data: Float32Array.of(Number.NaN, 0) };
    turns.next(one)?.resolve({ outputs: { logits }, ms: 1 });
    await expect(job).rejects.toThrow('not finite');
  });
});
