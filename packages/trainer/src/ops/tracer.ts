import {
  type Attribute,
  type ElementType,
  type Model,
  type Node,
  node,
  type Shape,
  type TensorValue,
  tensorOf,
  type ValueInfo,
} from '@retort/onnx';

/** A tensor of the graph that is being traced. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
}

/**
 * From the gradient of an operation's output to those of its inputs, as further nodes of the same graph.
 * Where `wanted` is false the result is not used, and costly ones are not computed.
 */
export type Pullback = (gradient: Value, wanted: readonly boolean[]) => readonly (Value | undefined)[];

/** An operation that gradients can flow back through. */
export interface TapeEntry {
  readonly inputs: readonly Value[];
  readonly output: Value;
  readonly pullback: Pullback;
}

interface EmitOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: string;
  /** Of the outputs. Default: that of the first input. */
  readonly type?: ElementType;
  /** Of the first output. Default: made from the operator's. */
  readonly name?: string;
}

/** The graph under construction: nodes, constants, inputs, and the tape that the gradient is made from. */
export class GraphTrace {
  readonly tape: TapeEntry[] = [];
  readonly #nodes: Node[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #constants = new Map<string, TensorValue>();
  readonly #emitted = new Map<string, Value>();
  #counter = 0;

  /** Something that each run is given. */
  input(name: string, type: ElementType, shape: Shape): Value {
    this.#inputs.push({ name, type, shape });
    return { name, type, shape };
  }

  /** A constant of the graph under a name of its own, such as a weight of an exported model. */
  initializer(name: string, tensor: TensorValue): Value {
    this.#constants.set(name, tensor);
    return { name, type: tensor.type, shape: tensor.shape };
  }

  scalar(value: number): Value {
    return this.#constant(`scalar_${value}`, () => tensorOf('float32', [], Float32Array.of(value)));
  }

  /** A whole number as a scalar. */
  integer(value: number): Value {
    return this.#constant(`integer_${value}`, () => tensorOf('int64', [], BigInt64Array.of(BigInt(value))));
  }

  /** A vector of whole numbers, as shapes, axes and starts are given. */
  integers(values: readonly number[]): Value {
    return this.#constant(`integers_${values.join('_')}`, () =>
      tensorOf('int64', [values.length], BigInt64Array.from(values, BigInt)),
    );
  }

  /** One node with one output; the output's name is made from the operator's. */
  emit(op: string, inputs: readonly Value[], shape: Shape, options: EmitOptions = {}): Value {
    return this.emitMany(op, inputs, [shape], options)[0];
  }

  /** One node with several outputs. */
  emitMany(op: string, inputs: readonly Value[], shapes: readonly Shape[], options: EmitOptions = {}): Value[] {
    const name = options.name ?? `${op}_${this.#counter++}`;
    const type = options.type ?? inputs[0].type;
    const outputs = shapes.map((shape, i) => ({ name: i === 0 ? name : `${name}_${i}`, type, shape }));
    this.#nodes.push(
      node(
        op,
        inputs.map((input) => input.name),
        outputs.map((output) => output.name),
        options.attributes ?? {},
        { domain: options.domain ?? '', name: `/${name}` },
      ),
    );
    return outputs;
  }

  /** What `make` emits, made once for each key: small integer nodes that many operations share. */
  once(key: string, make: () => Value): Value {
    const known = this.#emitted.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#emitted.set(key, made);
    return made;
  }

  /** Notes how gradients flow back from `output`, and returns it. */
  record(inputs: readonly Value[], output: Value, pullback: Pullback): Value {
    this.tape.push({ inputs, output, pullback });
    return output;
  }

  /** The graph with `outputs`: result name -> value. */
  finish(
    name: string,
    outputs: Readonly<Record<string, Value>>,
    metadata: Readonly<Record<string, string>> = {},
  ): Model {
    const renamed = this.#outputNames(outputs);
    const rename = (value: string) => renamed.get(value) ?? value;
    const nodes: Node[] = this.#nodes.map((n) => ({
      ...n,
      inputs: n.inputs.map(rename),
      outputs: n.outputs.map(rename),
    }));
    for (const [output, value] of Object.entries(outputs)) {
      if (rename(value.name) !== output)
        nodes.push(node('Identity', [rename(value.name)], [output], {}, { name: `/${output}` }));
    }
    return {
      irVersion: 8,
      producer: 'retort',
      opsets: { '': 17, ...(nodes.some((n) => n.domain === 'com.microsoft') ? { 'com.microsoft': 1 } : {}) },
      metadata,
      graph: {
        name,
        inputs: this.#inputs,
        outputs: Object.entries(outputs).map(([output, { type, shape }]) => ({ name: output, type, shape })),
        initializers: this.#constants,
        nodes,
        values: [],
      },
    };
  }

  /** The first output that a node's result is wanted as becomes its name: the node then writes straight into the output. */
  #outputNames(outputs: Readonly<Record<string, Value>>): Map<string, string> {
    const made = new Set(this.#nodes.flatMap((n) => n.outputs));
    const renamed = new Map<string, string>();
    for (const [output, { name }] of Object.entries(outputs)) {
      if (made.has(name) && !renamed.has(name)) renamed.set(name, output);
    }
    return renamed;
  }

  #constant(name: string, make: () => TensorValue): Value {
    const tensor = this.#constants.get(name) ?? make();
    this.#constants.set(name, tensor);
    return { name, type: tensor.type, shape: tensor.shape };
  }
}
