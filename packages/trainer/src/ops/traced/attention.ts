import { int } from '@retort/onnx';
import type { GraphTrace, Value } from '../tracer.ts';
import type { DropoutMasks } from './dropout.ts';
import { fusedMatMul, type MatrixProduct } from './matmul.ts';
import { sumOver } from './reduce.ts';

/**
 * o = d V with p = softmax(s) and d = p * mask: scores s [.., M, L], values V [.., L, D] -> [.., M, D].
 * With e = g V^T: dV = d^T g, ds = p (e * mask - sum(g o)). That sum over the D elements of a row of `o` is the one over the L
 * elements of p * mask * e (Dao et al. 2022, section B.2), and heads are narrower than texts are long.
 */
export function attend(
  trace: GraphTrace,
  scores: Value,
  values: Value,
  masks: DropoutMasks | undefined,
  product: MatrixProduct = fusedMatMul,
): Value {
  const { shape } = scores;
  const probabilities = trace.emit('Softmax', [scores], shape, { attributes: { axis: int(-1) } });
  const mask = masks?.next(probabilities);
  const masked = (x: Value) => (mask === undefined ? x : trace.emit('Mul', [x, mask], shape));
  const dropped = masked(probabilities);
  const output = product(trace, dropped, values, {});
  return trace.record([scores, values], output, (g, [wantScores, wantValues]) => {
    const dScores = () => {
      const slopes = masked(product(trace, g, values, { transB: true }));
      const along = sumOver(trace, trace.emit('Mul', [g, output], output.shape), [shape.length - 1], true);
      return trace.emit('Mul', [probabilities, trace.emit('Sub', [slopes, along], shape)], shape);
    };
    return [wantScores ? dScores() : undefined, wantValues ? product(trace, dropped, g, { transA: true }) : undefined];
  });
}
