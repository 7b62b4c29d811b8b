import type { Executor } from './executor.ts';
import { onnxruntimeCpu } from './onnxruntime.ts';

/**
 * y = MatMulInteger(a, b) as an ONNX file (opset 10), a uint8 [m, k], b int8 [k, n], y int32 [m, n]: as the test beside this file
 * writes it by packages/onnx, on which this package does not depend.
 */
const integerProduct = Buffer.from(
  'CAgSBnJldG9ydEIECgAQCjprChgKAWEKAWISAXkiDU1hdE11bEludGVnZXISCnNhdHVyYXRpb25aFQoBYRIQCg4IAhIKCgMSAW0KAxIBa1oVCgFiEhAKDggDEgoKAxIBawoDEgFuYhUKAXkSEAoOCAYSCgoDEgFtCgMSAW4=',
  'base64',
);

/** Rows of a: onnxruntime has kernels of their own for one row. */
const rowCounts = [1, 16];
const depth = 64;
const columns = 32;

/** Executor -> what was found; the processor stays the same while a process runs. */
const known = new WeakMap<Executor, Promise<boolean>>();

/**
 * Whether sums of uint8 x int8 products saturate on this machine, found by multiplying the largest values there are: x86 processors
 * with AVX2 or AVX-512 but without VNNI add pairs of products in 16 bits (`vpmaddubsw`), and 2 x 255 x 127 does not fit. Then an int8
 * model with weights of the full range gives other logits than elsewhere, or runs by slower kernels: our executors ask onnxruntime for
 * these (`session.x64quantprecision`). Takes a few milliseconds, once a process.
 */
export function saturates(executor: Executor = onnxruntimeCpu): Promise<boolean> {
  const found = known.get(executor) ?? measure(executor);
  known.set(executor, found);
  return found;
}

async function measure(executor: Executor): Promise<boolean> {
  const session = await executor.open(integerProduct, { threads: 1 });
  try {
    for (const rows of rowCounts) {
      for (const weight of [127, -127]) {
        const { y } = await session.run({
          a: { type: 'uint8', shape: [rows, depth], data: new Uint8Array(rows * depth).fill(255) },
          b: { type: 'int8', shape: [depth, columns], data: new Int8Array(depth * columns).fill(weight) },
        });
        for (const sum of y.data) if (Number(sum) !== depth * 255 * weight) return true;
      }
    }
    return false;
  } finally {
    await session.close();
  }
}
