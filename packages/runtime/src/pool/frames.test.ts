import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { HostTensor } from '../executor.ts';
import { decodeFrame, encodeFrame, type FramedMessage, frameReader } from './frames.ts';

const tensor = (type: HostTensor['type']) => (data: HostTensor['data']) => ({ type, shape: [data.length], data });
const tensors = fc.oneof(
  fc.float32Array().map(tensor('float32')),
  fc.int32Array().map(tensor('int32')),
  fc.bigInt64Array().map(tensor('int64')),
  fc.uint8Array().map(tensor('bool')),
  fc.int8Array().map(tensor('int8')),
  fc.uint16Array().map(tensor('float16')),
);
const messages = fc.record(
  {
    id: fc.nat(),
    text: fc.string({ unit: 'grapheme' }),
    tensors: fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), tensors, { noNullPrototype: true }),
  },
  { requiredKeys: ['id', 'text'] },
);

describe('a frame', () => {
  it('gives back the message that it was made of', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(decodeFrame(encodeFrame(message))).toEqual(message);
      }),
      { seed: 1 },
    );
  });

  it('holds the elements of a view, not all of its memory', () => {
    const data = Float32Array.of(1, 2, 3).subarray(1, 2);
    const decoded = decodeFrame(encodeFrame({ tensors: { x: { type: 'float32', shape: [1], data } } }));
    expect(decoded.tensors?.x.data).toEqual(Float32Array.of(2));
  });

  it('keeps the shape of a tensor', () => {
    const x: HostTensor = { type: 'int64', shape: [2, 1, 3], data: BigInt64Array.of(1n, 2n, 3n, 4n, 5n, -6n) };
    expect(decodeFrame(encodeFrame({ tensors: { x } }))).toEqual({ tensors: { x } });
  });
});

describe('frames that arrive in pieces', () => {
  it('are read as they were sent, wherever they are cut', () => {
    fc.assert(
      fc.property(fc.array(messages, { minLength: 1, maxLength: 4 }), fc.array(fc.nat()), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(encodeFrame));
        const places = [0, ...cuts.map((cut) => cut % bytes.length), bytes.length].sort((a, b) => a - b);
        const received: FramedMessage[] = [];
        const read = frameReader((message) => received.push(message));
        for (let i = 1; i < places.length; i++) read(bytes.subarray(places[i - 1], places[i]));
        expect(received).toEqual(sent);
      }),
      { seed: 1 },
    );
  });
});
