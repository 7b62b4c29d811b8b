import { describe, expect, it } from '@jest/globals';
import { parsePrecision } from './precision.ts';

describe('parsePrecision', () => {
  it.each([undefined, ''])('takes auto where nothing is said (%p)', (text) => {
    expect(parsePrecision(text)).toBe('auto');
  });

  it.each(['auto', 'fp32', 'bf16'])('takes %s', (name) => {
    expect(parsePrecision(name)).toBe(name);
  });

  it('refuses another name, with the nearest right one', () => {
    expect(() => parsePrecision('bf32')).toThrow(expect.objectContaining({ message: 'there is no precision "bf32"' }));
  });
});
