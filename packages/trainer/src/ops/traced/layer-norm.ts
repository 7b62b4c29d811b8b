import { float, int } from '@retort/onnx';
import { knownLengths } from '../shapes.ts';
import type { GraphTrace, Value } from '../tracer.ts';
import { sumOver } from './reduce.ts';

/**
 * With n = (x - mean) / deviation, y = gamma n + beta, and means taken over the last axis (Ba, Kiros and Hinton 2016):
 * dbeta = sum g, dgamma = sum g n, dx = (gamma g - mean(gamma g) - n mean(gamma g n)) / deviation.
 * Both means over the last axis are products with gamma / width: they read g and g n, which dgamma needs anyway.
 */
export function layerNorm(trace: GraphTrace, x: Value, gamma: Value, beta: Value, epsilon: number): Value {
  const { shape } = x;
  const column = [...shape.slice(0, -1), 1];
  const [width] = knownLengths(gamma.shape);
  const attributes = { axis: int(-1), epsilon: float(epsilon) };
  // Outputs 2 and 3: the mean and the inverse deviation of each row.
  const [y, mean, inverse] = trace.emitMany('LayerNormalization', [x, gamma, beta], [shape, column, column], {
    attributes,
  });
  const leading = shape.slice(0, -1).map((_, axis) => axis);

  return trace.record([x, gamma, beta], y, (g, [wantX, wantGamma, wantBeta]) => {
    const centred = trace.emit('Sub', [x, mean], shape);
    const n = trace.emit('Mul', [centred, inverse], shape);
    const gn = trace.emit('Mul', [g, n], shape);
    const dx = () => {
      const weights = trace.emit(
        'Div',
        [trace.emit('Reshape', [gamma, trace.integers([width, 1])], [width, 1]), trace.scalar(width)],
        [width, 1],
      );
      const gMean = trace.emit('MatMul', [g, weights], column);
      const gnMean = trace.emit('MatMul', [gn, weights], column);
      const straight = trace.emit('Sub', [trace.emit('Mul', [g, gamma], shape), gMean], shape);
      const corrected = trace.emit('Sub', [straight, trace.emit('Mul', [n, gnMean], shape)], shape);
      return trace.emit('Mul', [corrected, inverse], shape);
    };
    return [
      wantX ? dx() : undefined,
      wantGamma ? sumOver(trace, gn, leading, false) : undefined,
      wantBeta ? sumOver(trace, g, leading, false) : undefined,
    ];
  });
}

/** The same without the outputs that the gradient needs. */
export function plainLayerNorm(trace: GraphTrace, x: Value, gamma: Value, beta: Value, epsilon: number): Value {
  return trace.emit('LayerNormalization', [x, gamma, beta], x.shape, {
    attributes: { axis: int(-1), epsilon: float(epsilon) },
  });
}
