import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createProgress, formatDuration } from './progress.ts';

describe('createProgress', () => {
  let stream: PassThrough & { isTTY?: boolean; columns?: number };
  let time: number;
  const now = () => time;
  const written = () => String(stream.read() ?? '');
  beforeEach(() => {
    stream = new PassThrough();
    time = 0;
  });

  describe('on a terminal', () => {
    beforeEach(() => {
      stream.isTTY = true;
      stream.columns = 20;
    });

    it('draws one line again and again', () => {
      const progress = createProgress({ title: 'finetune', stream, now });
      progress.update('step 1');
      time = 100;
      progress.update('step 2');
      expect(written()).toBe('finetune  step 1\r\x1b[2Kfinetune  step 2');
    });

    it('draws at most ten times a second', () => {
      const progress = createProgress({ title: 'finetune', stream, now });
      progress.update('step 1');
      time = 99;
      progress.update('step 2');
      expect(written()).toBe('finetune  step 1');
    });

    it('cuts the line before it wraps', () => {
      createProgress({ title: 'finetune', stream, now }).update('epoch 1/4  step 31/80');
      expect(written()).toBe('finetune  epoch 1/4');
    });

    it('leaves out the parts that do not fit, and cuts none but the first', () => {
      createProgress({ title: 'prepare', stream, now }).update('step 1  tokens/s');
      expect(written()).toBe('prepare  step 1');
      createProgress({ title: 'a title of many words', stream, now }).update('step 1');
      expect(written()).toBe('a title of many wor');
    });

    it('shows the line where the terminal says that it has no columns', () => {
      stream.columns = 0;
      createProgress({ title: 'finetune', stream, now }).update('step 1');
      expect(written()).toBe('finetune  step 1');
    });

    it('clears the live line for one that stays', () => {
      const progress = createProgress({ title: 'finetune', stream, now });
      progress.update('step 1');
      progress.line('epoch 1 done');
      expect(written()).toBe('finetune  step 1\r\x1b[2Kfinetune  epoch 1 done\n');
    });

    it('leaves an empty line to what comes after', () => {
      const progress = createProgress({ title: 'finetune', stream, now });
      progress.update('step 1');
      progress.done();
      expect(written()).toBe('finetune  step 1\r\x1b[2K');
    });
  });

  describe('with a terminal beside the stream, as under Nx', () => {
    let terminal: PassThrough & { columns?: number };
    const shown = () => String(terminal.read() ?? '');
    beforeEach(() => {
      terminal = new PassThrough();
    });

    it('draws the live line on the terminal alone', () => {
      createProgress({ title: 'finetune', stream, terminal, now }).update('step 1');
      expect([shown(), written()]).toEqual(['finetune  step 1', '']);
    });

    it('writes the lines that stay to the stream alone', () => {
      const progress = createProgress({ title: 'finetune', stream, terminal, now });
      progress.update('step 1');
      progress.line('epoch 1 done');
      expect([shown(), written()]).toEqual(['finetune  step 1\r\x1b[2K', 'finetune  epoch 1 done\n']);
    });

    it('lets a line that stays reach the terminal before it draws again', () => {
      const progress = createProgress({ title: 'finetune', stream, terminal, now });
      progress.line('epoch 1 done');
      progress.update('step 1');
      time = 100;
      progress.update('step 2');
      expect(shown()).toBe('finetune  step 2');
    });
  });

  describe('elsewhere', () => {
    it('writes a plain line every ten seconds', () => {
      const progress = createProgress({ title: 'finetune', stream, now });
      for (const seconds of [0, 5, 10, 15, 20]) {
        time = seconds * 1000;
        progress.update(`step ${seconds}`);
      }
      expect(written()).toBe('finetune  step 10\nfinetune  step 20\n');
    });

    it('writes lines that stay at once, without control characters', () => {
      const progress = createProgress({ title: 'finetune', stream, now });
      progress.line('epoch 1 done');
      progress.done();
      expect(written()).toBe('finetune  epoch 1 done\n');
    });
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [200, '3 min 20 s'],
    [3600, '1 h 00 min'],
    [7500, '2 h 05 min'],
    [-1, '0 s'],
  ])('gives %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
