import type { Dimension } from '../model.ts';
import type { NodeFacts, Value } from './operator.ts';

/**
 * Slice(data, starts, ends, axes?, steps?). Bounds that are not constant give lengths that are not known, but for a named end: the
 * first `length` positions of a table are `length`, since a longer text would be refused anyway.
 */
export function slice(node: NodeFacts): Value[] {
  const { type, shape, elements } = node.input(0);
  if (shape === undefined) return [{ type }];
  const [starts, ends] = [node.input(1).elements, node.input(2).elements];
  const axes = hasInput(node, 3) ? node.numbers(3) : (starts ?? ends)?.map((_, axis) => axis);
  const steps = hasInput(node, 4) ? node.numbers(4) : axes?.map(() => 1);
  // Without the axes any length may have changed.
  if (axes === undefined) return [{ type, shape: shape.map((_, axis) => node.unknown(axis)) }];

  const result: Dimension[] = [...shape];
  let selected = shape.length === 1 ? elements : undefined;
  axes.forEach((given, i) => {
    const axis = node.axis(given, shape.length);
    const [start, end, step] = [starts?.[i], ends?.[i], steps?.[i]];
    if (step === 0) node.fail('a step of 0 never ends');
    const length = shape[axis];
    if (typeof length === 'number' && typeof start === 'number' && typeof end === 'number' && step !== undefined) {
      const indices = sliceIndices(length, start, end, step);
      result[axis] = indices.length;
      selected = selected && indices.map((index) => selected?.[index] ?? 0);
    } else {
      result[axis] = (step === 1 && ofNamedLength(length, start, end)) || node.unknown(axis);
      selected = undefined;
    }
  });
  return [{ type, shape: result, elements: selected }];
}

/** What is sure of lengths that a run decides and that are at least 1. */
function ofNamedLength(length: Dimension, start?: Dimension, end?: Dimension): Dimension | undefined {
  if (start === 0 && typeof end === 'string') return end;
  const toEnd = typeof end === 'number' && end >= 2 ** 31 - 1;
  if ((start === 0 && end === 1) || (start === -1 && toEnd)) return 1;
  return start === 0 && toEnd ? length : undefined;
}

function hasInput(node: NodeFacts, index: number): boolean {
  return (node.node.inputs[index] ?? '') !== '';
}

/** As Python's range over slice(start, end, step).indices(length), with ONNX's clamping. */
function sliceIndices(length: number, start: number, end: number, step: number): number[] {
  const clamp = (bound: number, least: number, most: number) =>
    Math.min(Math.max(bound < 0 ? bound + length : bound, least), most);
  const from = step > 0 ? clamp(start, 0, length) : clamp(start, 0, length - 1);
  const to = step > 0 ? clamp(end, 0, length) : clamp(end, -1, length - 1);
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step);
}
