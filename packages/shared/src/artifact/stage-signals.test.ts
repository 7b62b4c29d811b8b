import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { StageSignals, Stopped } from './stage-signals.ts';

let source: EventEmitter;
let left: string[];
let signals: StageSignals;
beforeEach(() => {
  source = new EventEmitter();
  left = [];
  signals = new StageSignals((signal, inOrder) => left.push(`${signal} ${inOrder ? 'in order' : 'at once'}`), source);
});

const send = (signal: string) => source.emit(signal, signal);

describe('a stage that is told to stop', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('is left at once by %s', (signal) => {
    send(signal);
    expect(left).toEqual([`${signal} at once`]);
  });

  it('is left once its interruptible work has come to an end, and not before', async () => {
    const before = await signals.interruptible(async (stop) => {
      send('SIGINT');
      return { left: [...left], reason: stop.reason };
    });
    expect(before).toEqual({ left: [], reason: new Stopped('SIGINT') });
    expect(left).toEqual(['SIGINT in order']);
  });

  it('is left, too, when that work throws', async () => {
    const work = signals.interruptible(async (stop) => {
      send('SIGTERM');
      stop.throwIfAborted();
    });
    await expect(work).rejects.toThrow('stopped by SIGTERM');
    expect(left).toEqual(['SIGTERM in order']);
  });

  it.each([
    ['at once by a second signal', ['SIGINT', 'SIGINT'], ['SIGINT at once']],
    ['not yet by a SIGTERM that comes with the SIGINT', ['SIGINT', 'SIGTERM'], []],
    ['at once when the terminal is closed', ['SIGHUP'], ['SIGHUP at once']],
  ])('is left in the middle of such work %s', async (_, sent, expected) => {
    await signals.interruptible(async () => {
      for (const signal of sent) send(signal);
      expect(left).toEqual(expected);
    });
  });

  it('is not left for the signal when that work fails for another reason', async () => {
    const work = signals.interruptible(async () => {
      send('SIGINT');
      throw new Error('the loss is not finite');
    });
    await expect(work).rejects.toThrow('the loss is not finite');
    expect(left).toEqual([]);
  });

  it('is left at once again after such work', async () => {
    await signals.interruptible(async () => undefined);
    send('SIGTERM');
    expect(left).toEqual(['SIGTERM at once']);
  });

  it('hears nothing once it is over', () => {
    signals.close();
    expect(source.eventNames()).toEqual([]);
  });
});
