import type { GraphTrace, Value } from '../ops/tracer.ts';

/**
 * Appends to the graph the gradient of the scalar `loss` with respect to each of `wanted`, by reverse mode: the tape is
 * walked backwards and every operation turns the gradient of its output into those of its inputs.
 */
export function backward(trace: GraphTrace, loss: Value, wanted: readonly Value[]): Value[] {
  if (loss.shape.length !== 0)
    throw new Error(`only a scalar has a gradient here, not a tensor of shape [${loss.shape}]`);
  const entries = [...trace.tape];
  const dependent = new Set(wanted.map((value) => value.name));
  for (const { inputs, output } of entries) {
    if (inputs.some((input) => dependent.has(input.name))) dependent.add(output.name);
  }

  const gradients = new Map<string, Value>([[loss.name, trace.scalar(1)]]);
  for (const { inputs, output, pullback } of entries.reverse()) {
    const gradient = gradients.get(output.name);
    if (gradient === undefined || !dependent.has(output.name)) continue;
    const flowing = inputs.map((input) => dependent.has(input.name));
    pullback(gradient, flowing).forEach((contribution, i) => {
      if (contribution === undefined || !flowing[i]) return;
      const { name, shape } = inputs[i];
      const sum = gradients.get(name);
      gradients.set(name, sum === undefined ? contribution : trace.emit('Add', [sum, contribution], shape));
    });
  }

  return wanted.map((value) => {
    const gradient = gradients.get(value.name);
    if (gradient === undefined) throw new Error(`the loss does not depend on ${value.name}`);
    return gradient;
  });
}

/** The Euclidean norm of all gradients together. */
export function globalNorm(trace: GraphTrace, gradients: readonly Value[]): Value {
  const attributes = { keepdims: { kind: 'int', value: 0 } } as const;
  const squares = gradients.map((gradient) => trace.emit('ReduceSumSquare', [gradient], [], { attributes }));
  return trace.emit('Sqrt', [trace.emit('Sum', squares, [])], []);
}
