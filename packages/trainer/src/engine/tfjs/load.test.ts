import util from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { loadTensorFlow, tensorflowPackages } from './load.ts';

describe('loadTensorFlow', () => {
  it('takes the first package that works, and says why not those before it', () => {
    const loaded = loadTensorFlow();
    const before = tensorflowPackages.slice(0, tensorflowPackages.indexOf(loaded.package));
    expect(loaded.passedOver.map((reason) => reason.split(': ')[0])).toEqual(before);
  });

  it('computes', () => {
    const { tf } = loadTensorFlow();
    const product = tf.tidy(() => tf.matMul([[2, 3]], [[4], [5]]).dataSync()[0]);
    expect(product).toBe(23);
  });

  it('names the backend and the version of plain JavaScript', () => {
    const { tf, device, versions } = loadTensorFlow(['@tensorflow/tfjs']);
    expect({ device, versions, backend: tf.getBackend() }).toEqual({
      device: 'javascript',
      versions: { tfjs: '4.22.0' },
      backend: 'cpu',
    });
  });

  it('gives the native packages the function that newer versions of Node lack', () => {
    loadTensorFlow();
    expect('isNullOrUndefined' in util).toBe(true);
  });

  it('says what to do when nothing works', () => {
    expect(() => loadTensorFlow([])).toThrow(
      expect.objectContaining({ name: 'UserError', remedy: expect.stringContaining('--engine onnxruntime') }),
    );
  });
});
