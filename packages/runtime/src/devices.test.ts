import { describe, expect, it } from '@jest/globals';
import { builtDevices, deviceNames, executorFor, isDeviceExecutor } from './devices.ts';

describe('executorFor', () => {
  it('gives the executor of every device that onnxruntime is built for here', () => {
    expect(builtDevices()).toContain('cpu');
    expect(builtDevices().map((name) => executorFor(name).device)).toEqual(builtDevices());
  });

  it('refuses the others, and names those that there are', () => {
    const missing = deviceNames.filter((name) => !builtDevices().includes(name));
    expect(missing).not.toEqual([]);
    for (const name of missing) {
      expect(() => executorFor(name)).toThrow(
        expect.objectContaining({ remedy: `use one of: ${builtDevices().join(', ')}` }),
      );
    }
  });
});

describe('isDeviceExecutor', () => {
  it('tells executors with a memory of their own', () => {
    expect(isDeviceExecutor(executorFor('cpu'))).toBe(false);
  });
});
