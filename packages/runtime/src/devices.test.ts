import { describe, expect, it } from '@jest/globals';
import { builtDevices, deviceNames, executorFor, isDeviceExecutor } from './devices.ts';
import { hasOpenVino } from './testing/openvino.ts';

const withOpenVino = hasOpenVino ? describe : describe.skip;

describe('executorFor', () => {
  it('gives the executor of every device that onnxruntime is built for here', () => {
    const built = builtDevices().filter((name) => name !== 'openvino');
    expect(built).toContain('cpu');
    expect(built.map((name) => executorFor(name).device)).toEqual(built);
  });

  it('refuses the others, and names those that there are', () => {
    const missing = deviceNames.filter((name) => name !== 'openvino' && !builtDevices().includes(name));
    expect(missing).not.toEqual([]);
    for (const name of missing) {
      expect(() => executorFor(name)).toThrow(
        expect.objectContaining({ remedy: `use one of: ${builtDevices().join(', ')}` }),
      );
    }
  });
});

describe('executorFor, with a precision', () => {
  it('refuses bf16 on a device that does not compute in it', () => {
    expect(() => executorFor('cpu', 'bf16')).toThrow(
      expect.objectContaining({ message: 'the device cpu does not compute in bf16', place: { field: '--precision' } }),
    );
  });

  it.each(['auto', 'fp32'] as const)('takes %s on any device', (precision) => {
    expect(executorFor('cpu', precision)).toBe(executorFor('cpu'));
  });
});

withOpenVino('executorFor, with OpenVINO', () => {
  it('counts openvino among the devices that are there', () => {
    expect(builtDevices()).toContain('openvino');
  });

  it('gives its executor', () => {
    expect(executorFor('openvino', 'fp32')).toMatchObject({ name: 'openvino', device: 'cpu', precision: 'fp32' });
  });
});

describe('isDeviceExecutor', () => {
  it('tells executors with a memory of their own', () => {
    expect(isDeviceExecutor(executorFor('cpu'))).toBe(false);
  });
});
