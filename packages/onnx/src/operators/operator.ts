import { UserError } from '@retort/shared';
import type { Attribute, Dimension, ElementType, Node, Shape } from '../model.ts';
import { describeNode } from '../node.ts';

/** What is known of a value before the model runs. */
export interface Value {
  readonly type?: ElementType;
  readonly shape?: Shape;
  /** The elements in row-major order, of small integer tensors alone: the shapes, axes and bounds that other nodes read. */
  readonly elements?: readonly Dimension[];
}

type Range = readonly [least: number, most: number];

/** What an operator takes, and what is known of its outputs when something is known of its inputs. */
export interface Operator {
  readonly inputs: Range;
  /** Default: one. */
  readonly outputs?: Range;
  readonly attributes?: Readonly<Record<string, Attribute['kind']>>;
  readonly required?: readonly string[];
  /** The opset that brought it, where that is above 7. */
  readonly since?: number;
  /** The opset from which `axes` is the second input; below it is an attribute. */
  readonly axesInputSince?: number;
  /** The outputs in order. Unknown ones may be left out. Contradictions are reported by `node.fail`. */
  readonly infer: (node: NodeFacts) => readonly Value[];
}

export type Operators = Readonly<Record<string, Operator>>;

/** A node together with what is known of its inputs: what a rule looks at. */
export class NodeFacts {
  readonly node: Node;
  readonly opset: number;
  readonly #inputs: readonly Value[];

  constructor(node: Node, inputs: readonly Value[], opset: number) {
    this.node = node;
    this.opset = opset;
    this.#inputs = inputs;
  }

  /** Nothing is known of an input that is left out. */
  input(index: number): Value {
    return this.#inputs[index] ?? {};
  }

  type(index: number): ElementType | undefined {
    return this.input(index).type;
  }

  shape(index: number): Shape | undefined {
    return this.input(index).shape;
  }

  get inputs(): readonly Value[] {
    return this.#inputs;
  }

  /** The elements of an input, if each is a known number. */
  numbers(index: number): number[] | undefined {
    const elements = this.input(index).elements;
    const numbers = elements?.filter((element) => typeof element === 'number');
    return numbers?.length === elements?.length ? numbers : undefined;
  }

  int<T>(name: string, fallback: T): number | T {
    const attribute = this.node.attributes[name];
    return attribute?.kind === 'int' ? attribute.value : fallback;
  }

  ints(name: string): readonly number[] | undefined {
    const attribute = this.node.attributes[name];
    return attribute?.kind === 'ints' ? attribute.value : undefined;
  }

  /** `axes`, an input or an attribute: undefined if they are an input that is not known, an empty list if there are none. */
  axes(): readonly number[] | undefined {
    const isInput = (this.node.inputs[1] ?? '') !== '';
    return isInput ? this.numbers(1) : (this.ints('axes') ?? []);
  }

  /** A negative axis counts from the end. */
  axis(axis: number, rank: number): number {
    if (axis < -rank || axis >= rank) this.fail(`axis ${axis} is outside of ${rank} dimensions`);
    return axis < 0 ? axis + rank : axis;
  }

  /** The name of a length that only a run can tell. */
  unknown(axis: number, output = 0): string {
    return `${this.node.outputs[output] ?? ''}_dim${axis}`;
  }

  fail(what: string): never {
    const inputs = this.node.inputs.map((name, index) => `"${name}" ${formatValue(this.input(index))}`);
    throw new UserError(`${describeNode(this.node)}: ${what}; its inputs are ${inputs.join(', ') || 'none'}`, {
      place: { field: this.node.name === '' ? this.node.outputs[0] : this.node.name },
      remedy: 'change the node or what it reads so that the shapes and types agree',
    });
  }
}

/** `float32 [batch, 768]`. */
export function formatValue({ type, shape }: Value): string {
  return `${type ?? 'unknown type'} ${shape === undefined ? 'of unknown shape' : formatShape(shape)}`;
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
