import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createProgress } from './progress.ts';
import { listenToLines } from './said-lines.ts';

describe('listenToLines', () => {
  it('hears the lines that stay, those from before it came too, and none after it went', () => {
    const progress = createProgress({ title: 'distill sample', stream: new PassThrough() });
    progress.line('before');
    const heard: string[] = [];
    const stop = listenToLines((line) => heard.push(line));
    progress.line('epoch 1');
    stop();
    progress.line('after');
    expect(heard).toEqual(['distill sample  before', 'distill sample  epoch 1']);
  });

  it('hears the state now and then, on a terminal too', () => {
    let time = 0;
    const stream = Object.assign(new PassThrough(), { isTTY: true });
    const progress = createProgress({ title: 'x', stream, now: () => time });
    const heard: string[] = [];
    const stop = listenToLines((line) => line.startsWith('x  step') && heard.push(line));
    for (const step of [1, 2, 3]) {
      progress.update(`step ${step}`);
      time += 6000;
    }
    stop();
    expect(heard).toEqual(['x  step 1', 'x  step 3']);
  });
});
