import { describe, expect, it } from '@jest/globals';
import { deviceChoices, parseDevice } from './device.ts';

describe('parseDevice', () => {
  it.each([undefined, ''])('takes the processor where nothing is said (%p)', (text) => {
    expect(parseDevice(text)).toBe('cpu');
  });

  it('takes the name of every device, and auto', () => {
    expect(deviceChoices.map(parseDevice)).toEqual(['cpu', 'webgpu', 'openvino', 'cuda', 'dml', 'coreml', 'auto']);
  });

  it('refuses another name, with the nearest right one', () => {
    expect(() => parseDevice('webpgu')).toThrow(
      expect.objectContaining({ message: 'there is no device "webpgu"', remedy: 'did you mean "webgpu"?' }),
    );
  });
});
