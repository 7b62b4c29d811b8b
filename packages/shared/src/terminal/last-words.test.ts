import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { tellAtLast } from './last-words.ts';

describe('tellAtLast', () => {
  it('writes the line to the terminal alone, over the live line, for Nx passes nothing on any more', () => {
    const [stream, terminal] = [new PassThrough(), new PassThrough()];
    tellAtLast('finetune x  stopped', stream, terminal);
    expect([stream.read(), String(terminal.read())]).toEqual([null, '\r\x1b[2Kfinetune x  stopped\n']);
  });

  it('writes a plain line where there is no terminal', () => {
    const stream = new PassThrough();
    tellAtLast('finetune x  stopped', stream);
    expect(String(stream.read())).toBe('finetune x  stopped\n');
  });
});
