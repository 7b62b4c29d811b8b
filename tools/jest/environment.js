import { TestEnvironment } from 'jest-environment-node';

const outer = {
  ArrayBuffer,
  SharedArrayBuffer,
  DataView,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
};

/** Native modules know the typed arrays of the outer realm alone; without this they refuse a test's Float32Array. */
export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, outer);
  }
}
