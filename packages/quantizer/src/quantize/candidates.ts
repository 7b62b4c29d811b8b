import { type Graph, type Node, numbersOf, type TensorValue } from '@retort/onnx';

/** Constants by name. */
type Constants = Graph['initializers'];

/**
 * A weight with fewer outputs, or a table with fewer rows, stays float32: a classifier's head has some kilobytes, the logits
 * come straight out of it, and finding the range of its input takes longer than it does.
 */
const fewestChannels = 16;

/** Whether a node multiplies an activation by a constant matrix [in, out] with enough outputs to be worth it. */
export function isLinear({ op, domain, inputs }: Node, constants: Constants): boolean {
  if (op !== 'MatMul' || domain !== '' || constants.has(inputs[0])) return false;
  const weight = constants.get(inputs[1]);
  return isFloatMatrix(weight) && weight.shape[1] >= fewestChannels;
}

/** Whether a node takes rows out of its first input: Gather, or Slice, along axis 0. */
function isLookup({ op, domain, inputs, attributes }: Node, constants: Constants): boolean {
  if (domain !== '') return false;
  if (op === 'Gather') return attributes.axis?.kind !== 'int' || attributes.axis.value === 0;
  const axes = constants.get(inputs[3]);
  return op === 'Slice' && axes !== undefined && numbersOf(axes)?.join() === '0';
}

/** Constant tables that lookups alone read: int8 of a table that is needed in float32 too would only make the file larger. */
export function lookupTables({ nodes, outputs }: Graph, constants: Constants): Set<string> {
  const tables = new Set<string>();
  for (const [name, tensor] of constants) {
    if (isFloatMatrix(tensor) && tensor.shape[0] >= fewestChannels) tables.add(name);
  }
  const read = new Set<string>();
  for (const each of nodes) {
    const lookup = isLookup(each, constants);
    each.inputs.forEach((name, i) => {
      if (i === 0 && lookup) read.add(name);
      else tables.delete(name);
    });
  }
  for (const { name } of outputs) tables.delete(name);
  return new Set([...tables].filter((name) => read.has(name)));
}

function isFloatMatrix(tensor: TensorValue | undefined): tensor is TensorValue {
  return tensor !== undefined && tensor.type === 'float32' && tensor.shape.length === 2;
}
