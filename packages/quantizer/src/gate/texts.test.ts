import { describe, expect, it } from '@jest/globals';
import { calibrationInputs, drawInputs, drawTexts } from './texts.ts';

/** Text i has i + 1 inputs, of the ids i and the input's number. */
const windows = Array.from({ length: 30 }, (_, i) => Array.from({ length: i + 1 }, (_, j) => Int32Array.of(i, j)));

describe('texts for calibration', () => {
  const texts = (inputs: Int32Array[]) => new Set(inputs.map(([text]) => text)).size;

  it('are as many as asked for, with all their inputs', () => {
    const inputs = calibrationInputs({ windows }, 5);
    const whole = [...new Set(inputs.map(([text]) => text))].map((text) => windows[text].length);
    expect([texts(inputs), inputs.length]).toEqual([5, whole.reduce((sum, length) => sum + length, 0)]);
  });

  it('are at most half of those that the gate judges by', () => {
    expect(texts(calibrationInputs({ windows }, 200))).toBe(15);
  });

  it('are one where there is one', () => {
    expect(texts(calibrationInputs({ windows: windows.slice(0, 1) }, 200))).toBe(1);
  });
});

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
