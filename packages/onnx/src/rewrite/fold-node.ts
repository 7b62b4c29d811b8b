import { elementCount, elementTypeOf } from '../elements.ts';
import type { Attribute, ElementType, Node, TensorValue } from '../model.ts';
import { numbersOf, tensorOf } from '../tensor.ts';
import { transposeTensor } from './transpose.ts';

type Fold = (inputs: readonly TensorValue[], attributes: Node['attributes'], opset: number) => TensorValue | undefined;

/** What the node makes of constant inputs; undefined where there is no rule, or the rule does not fit. */
export function foldNode(node: Node, inputs: readonly TensorValue[], opset: number): TensorValue | undefined {
  return folds.get(node.op)?.(inputs, node.attributes, opset);
}

const folds: ReadonlyMap<string, Fold> = new Map<string, Fold>([
  ['Constant', (_, attributes) => constantValue(attributes)],
  ['Identity', ([x]) => x],
  ['Transpose', ([x], { perm }) => transposeTensor(x, perm?.kind === 'ints' ? perm.value : undefined)],
  [
    'Reshape',
    ([x, shape], { allowzero }) =>
      reshape(x, numbersOf(shape) ?? [], allowzero?.kind === 'int' && allowzero.value === 1),
  ],
  ['Unsqueeze', ([x, axes], attributes) => unsqueeze(x, axesOf(axes, attributes))],
  ['Squeeze', ([x, axes], attributes) => squeeze(x, axesOf(axes, attributes))],
  ['Cast', ([x], { to }) => cast(x, to?.kind === 'int' ? elementTypeOf(to.value) : undefined)],
]);

/** The tensor that a Constant node makes, whichever of its attributes holds it. */
export function constantValue(attributes: Readonly<Record<string, Attribute>>): TensorValue | undefined {
  const { value, value_float, value_floats, value_int, value_ints } = attributes;
  if (value?.kind === 'tensor') return value.value;
  if (value_float?.kind === 'float') return tensorOf('float32', [], [value_float.value]);
  if (value_floats?.kind === 'floats') return tensorOf('float32', [value_floats.value.length], value_floats.value);
  if (value_int?.kind === 'int') return tensorOf('int64', [], [value_int.value]);
  if (value_ints?.kind === 'ints') return tensorOf('int64', [value_ints.value.length], value_ints.value);
  return undefined;
}

/** Up to opset 12 an attribute, from 13 on an input. */
function axesOf(input: TensorValue | undefined, { axes }: Node['attributes']): number[] | undefined {
  if (input !== undefined) return numbersOf(input);
  return axes?.kind === 'ints' ? [...axes.value] : undefined;
}

function reshape(x: TensorValue, wanted: readonly number[], allowZero: boolean): TensorValue | undefined {
  const shape = wanted.map((length, axis) => (length === 0 && !allowZero ? x.shape[axis] : length));
  const rest = elementCount(shape.filter((length) => length !== -1));
  return withShape(
    x,
    shape.map((length) => (length === -1 ? elementCount(x.shape) / rest : length)),
  );
}

function unsqueeze(x: TensorValue, axes: readonly number[] | undefined): TensorValue | undefined {
  if (axes === undefined) return undefined;
  const rank = x.shape.length + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const lengths = [...x.shape];
  return withShape(
    x,
    Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (lengths.shift() ?? 1))),
  );
}

function squeeze(x: TensorValue, axes: readonly number[] | undefined): TensorValue | undefined {
  const dropped = axes?.map((axis) => (axis < 0 ? axis + x.shape.length : axis));
  return withShape(
    x,
    x.shape.filter((length, axis) => (dropped === undefined ? length !== 1 : !dropped.includes(axis))),
  );
}

function withShape(x: TensorValue, shape: readonly number[]): TensorValue | undefined {
  return elementCount(shape) === elementCount(x.shape) ? { ...x, shape } : undefined;
}

const castable: ReadonlySet<ElementType> = new Set<ElementType>(['float32', 'float64', 'int32', 'int64', 'bool']);

function cast(x: TensorValue, to: ElementType | undefined): TensorValue | undefined {
  if (to === x.type) return x;
  if (to === undefined || !castable.has(to) || !castable.has(x.type)) return undefined;
  const numbers = numbersOf(x);
  // What an integer makes of NaN, infinity or too large a number is the runtime's own decision.
  const bound = to === 'int32' ? 2 ** 31 : 2 ** 53;
  const exact =
    to === 'float32' || to === 'float64' || to === 'bool' || numbers?.every((value) => Math.abs(value) < bound);
  return numbers !== undefined && exact ? tensorOf(to, x.shape, numbers) : undefined;
}
