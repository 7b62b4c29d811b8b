import { describe, expect, it } from '@jest/globals';
import { writeModel } from '@retort/onnx';
import { onnxruntimeCpu } from '@retort/runtime';
import { Random } from '@retort/shared';
import { backward } from '../../autodiff/backward.ts';
import { differentiableOps } from '../trace-ops.ts';
import { GraphTrace } from '../tracer.ts';

const [rows, width, tokens] = [600, 384, 2048];

describe('the gradient of gather, on several threads', () => {
  it('loses no addition, however often an id comes', async () => {
    const trace = new GraphTrace();
    const ops = differentiableOps(trace);
    const table = trace.input('table', 'float32', ['unique', width]);
    const ids = trace.input('ids', 'int64', ['tokens']);
    const [gradient] = backward(trace, ops.sum(ops.gather(table, ids), [0, 1]), [table]);
    const session = await onnxruntimeCpu.open(writeModel(trace.finish('test', { gradient })), {
      threads: 4,
      spinning: true,
    });

    // Some ids come much more often than others, as words do. Each row's gradient is how often its id comes.
    const random = new Random(2);
    const drawn = Int32Array.from({ length: tokens }, () => Math.floor(rows * random.uniform() ** 4));
    const expected = new Float32Array(rows * width);
    for (const id of drawn) for (let i = 0; i < width; i++) expected[id * width + i]++;
    for (let run = 0; run < 50; run++) {
      const result = await session.run({
        table: { type: 'float32', shape: [rows, width], data: new Float32Array(rows * width) },
        ids: { type: 'int64', shape: [tokens], data: BigInt64Array.from(drawn, BigInt) },
      });
      expect(Buffer.compare(Buffer.from(result.gradient.data.buffer), Buffer.from(expected.buffer))).toBe(0);
    }
    await session.close();
  });
});
