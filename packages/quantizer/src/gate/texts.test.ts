import { describe, expect, it } from '@jest/globals';
import { drawInputs, drawTexts } from './texts.ts';

/** Text i has i + 1 inputs, of the ids i and the input's number. */
const windows = Array.from({ length: 30 }, (_, i) => Array.from({ length: i + 1 }, (_, j) => Int32Array.of(i, j)));

describe('texts that are drawn', () => {
  it('are different ones, as many as asked for', () => {
    const drawn = drawTexts({ windows }, 12, 'a').map(([first]) => first[0]);
    expect([drawn.length, new Set(drawn).size]).toEqual([12, 12]);
  });

  it('are all where there are no more', () => {
    expect(drawTexts({ windows }, 100, 'a')).toHaveLength(30);
  });

  it('are the same for the same stream, and others for another', () => {
    const draw = (stream: string) => drawTexts({ windows }, 12, stream);
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  it('give one input each, not always the first', () => {
    const inputs = drawInputs({ windows }, 30, 'a');
    expect(new Set(inputs.map(([text]) => text)).size).toBe(30);
    expect(inputs.some(([, input]) => input > 0)).toBe(true);
  });

  it('leave the texts as they are', () => {
    const before = [...windows];
    drawTexts({ windows }, 12, 'a');
    expect(windows).toEqual(before);
  });
});
