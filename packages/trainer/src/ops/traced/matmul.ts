import { float, int, ints, type Shape, tensor, tensorOf } from '@retort/onnx';
import { knownLengths } from '../shapes.ts';
import type { GraphTrace, Value } from '../tracer.ts';
import { lengthOf, reshapeLike, shapeOf, sumOver } from './reduce.ts';

const microsoft = 'com.microsoft';

/** scale * op(a) op(b), op being the transposition where asked: a [.., m, k], b [.., k, n] -> [.., m, n]. */
export type MatrixProduct = (
  trace: GraphTrace,
  a: Value,
  b: Value,
  options: { transA?: boolean; transB?: boolean; scale?: number },
) => Value;

/** As one fused kernel of onnxruntime on the CPU. */
export const fusedMatMul: MatrixProduct = (trace, a, b, options) => {
  const rank = a.shape.length;
  const rows = a.shape[options.transA ? rank - 1 : rank - 2];
  const columns = b.shape[options.transB ? rank - 2 : rank - 1];
  const attributes = {
    transA: int(options.transA ? 1 : 0),
    transB: int(options.transB ? 1 : 0),
    alpha: float(options.scale ?? 1),
  };
  return trace.emit('FusedMatMul', [a, b], [...a.shape.slice(0, -2), rows, columns], { domain: microsoft, attributes });
};

/** From ONNX's own operators, for devices that have no fused kernel. */
export const separateMatMul: MatrixProduct = (trace, a, b, { transA = false, transB = false, scale = 1 }) => {
  const left = transA ? swapLastAxes(trace, a) : a;
  const right = transB ? swapLastAxes(trace, b) : b;
  // Heads are narrower than texts are long: of the two factors, the one with a known last length is the smaller.
  const scaleLeft = typeof b.shape[b.shape.length - 1] === 'string';
  const scaled = (x: Value) => (scale === 1 ? x : trace.emit('Mul', [x, trace.scalar(scale)], x.shape));
  const factors = scaleLeft ? [scaled(left), right] : [left, scaled(right)];
  return trace.emit('MatMul', factors, [...left.shape.slice(0, -1), right.shape[right.shape.length - 1]]);
};

/** For y = s a b: da = s g b^T, db = s a^T g. For y = s a b^T: da = s g b, db = s g^T a. */
export function matmul(
  trace: GraphTrace,
  a: Value,
  b: Value,
  { transposeB = false, scale = 1 } = {},
  product = fusedMatMul,
): Value {
  const output = product(trace, a, b, { transB: transposeB, scale });
  const alike = b.shape.length === a.shape.length;
  return trace.record([a, b], output, (g, [wantA, wantB]) => {
    if (wantB && !alike) throw new Error('no gradient for a matrix that all leading axes share: use linear');
    return [
      wantA ? product(trace, g, b, { transB: !transposeB, scale }) : undefined,
      !wantB
        ? undefined
        : transposeB
          ? product(trace, g, a, { transA: true, scale })
          : product(trace, a, g, { transA: true, scale }),
    ];
  });
}

/** The same from ONNX's own operators, for exported models. */
export function plainMatmul(trace: GraphTrace, a: Value, b: Value, { transposeB = false, scale = 1 } = {}): Value {
  const right = transposeB ? swapLastAxes(trace, b) : b;
  const product = trace.emit('MatMul', [a, right], [...a.shape.slice(0, -1), right.shape[right.shape.length - 1]]);
  return scale === 1 ? product : trace.emit('Mul', [product, trace.scalar(scale)], product.shape);
}

/** The sum of the rows of a matrix: [rows, width] -> [width]. */
export type RowSum = (trace: GraphTrace, x: Value) => Value;

export const reducedRows: RowSum = (trace, x) => sumOver(trace, x, [0], false);

/**
 * As a product with a row of ones. OpenVINO keeps what lies between an output and the next product in fp32, also where it computes in bf16: by a product, that is
 * the sum alone, and not the chain of activations before it.
 */
export const multipliedRows: RowSum = (trace, x) => {
  const [rows, width] = x.shape;
  const ones = trace.once(`ones:1,${rows}`, () => {
    const shape = trace.emit('Concat', [trace.integers([1]), lengthOf(trace, x, 0)], [2], {
      attributes: { axis: int(0) },
    });
    const one = tensor(tensorOf('float32', [1], Float32Array.of(1)));
    return trace.emit('ConstantOfShape', [shape], [1, rows], { type: 'float32', attributes: { value: one } });
  });
  const sum = trace.emit('MatMul', [ones, x], [1, width]);
  return trace.emit('Reshape', [sum, trace.integers(knownLengths([width]))], [width]);
};

/** x W^T + b for x [rows, in], W [out, in]. */
type LinearProduct = (trace: GraphTrace, x: Value, weight: Value, bias: Value, shape: Shape) => Value;

/** As one kernel. */
const transposingGemm: LinearProduct = (trace, x, weight, bias, shape) =>
  trace.emit('Gemm', [x, weight, bias], shape, { attributes: { transB: int(1) } });

/** With the transposition apart: WebGPU's kernel that transposes as it reads takes nearly twice as long. */
export const transposedFirst: LinearProduct = (trace, x, weight, bias, shape) =>
  trace.emit('Gemm', [x, swapLastAxes(trace, weight), bias], shape);

/**
 * x W^T + b. The leading axes are made one, so that forward and backward are one matrix product each:
 * dx = g W, dW = g^T x, db = the sum of g's rows.
 */
export function linear(
  trace: GraphTrace,
  x: Value,
  weight: Value,
  bias: Value,
  { sumRows = reducedRows, forward = transposingGemm } = {},
): Value {
  const [outputs, inputs] = knownLengths(weight.shape);
  const rows = flatten(trace, x, inputs);
  const count = rows.shape[0];
  const flat = forward(trace, rows, weight, bias, [count, outputs]);
  const output = x.shape.length === 2 ? flat : unflatten(trace, flat, x, outputs);
  return trace.record([x, weight, bias], output, (gradient, [wantX, wantWeight, wantBias]) => {
    const g = flatten(trace, gradient, outputs);
    const dx = () => trace.emit('Gemm', [g, weight], [count, inputs]);
    return [
      wantX ? (x.shape.length === 2 ? dx() : reshapeLike(trace, dx(), x)) : undefined,
      wantWeight ? trace.emit('Gemm', [g, rows], [outputs, inputs], { attributes: { transA: int(1) } }) : undefined,
      wantBias ? sumRows(trace, g) : undefined,
    ];
  });
}

/** The same from MatMul and Add, as quantizers and other runtimes expect it of an exported model. */
export function plainLinear(trace: GraphTrace, x: Value, weight: Value, bias: Value): Value {
  const shape = [...x.shape.slice(0, -1), weight.shape[0]];
  const columns = plainTranspose(trace, weight, [1, 0], `${weight.name}_transposed`);
  const product = trace.emit('MatMul', [x, columns], shape);
  return trace.emit('Add', [product, bias], shape);
}

function swapLastAxes(trace: GraphTrace, x: Value): Value {
  const rank = x.shape.length;
  return plainTranspose(
    trace,
    x,
    x.shape.map((_, axis) => (axis < rank - 2 ? axis : axis === rank - 2 ? rank - 1 : rank - 2)),
  );
}

function plainTranspose(trace: GraphTrace, x: Value, permutation: readonly number[], name?: string): Value {
  const shape = permutation.map((axis) => x.shape[axis]);
  return trace.emit('Transpose', [x], shape, { attributes: { perm: ints(permutation) }, name });
}

/** [.., width] -> [rows, width] */
function flatten(trace: GraphTrace, x: Value, width: number): Value {
  if (x.shape.length === 2) return x;
  return trace.emit('Reshape', [x, trace.integers([-1, width])], [`rows(${x.shape.slice(0, -1)})`, width]);
}

/** [rows, width] -> the leading axes of `like`, then width. */
function unflatten(trace: GraphTrace, x: Value, like: Value, width: number): Value {
  const leading = like.shape.slice(0, -1);
  const target = trace.once(`shape:${[...leading, width]}`, () => {
    const axes = trace.emit(
      'Slice',
      [shapeOf(trace, like), trace.integers([0]), trace.integers([leading.length])],
      [leading.length],
    );
    return trace.emit('Concat', [axes, trace.integers([width])], [leading.length + 1], {
      attributes: { axis: int(0) },
    });
  });
  return trace.emit('Reshape', [x, target], [...leading, width]);
}
