import type { HostTensor, TensorData, Tensors, TensorType } from '../executor.ts';
import type { OpenVinoFunctions, Port } from './bindings.ts';
import type { ElementTypes } from './element-types.ts';
import type { Handle } from './prototypes.ts';

/** Typed array of each type's elements; a bool is a byte, as onnxruntime has it. */
const arrays = {
  float32: Float32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  int8: Int8Array,
  float16: Uint16Array,
  bool: Uint8Array,
} as const;

export interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** A tensor of OpenVINO's over memory of JavaScript's. */
interface Bound {
  readonly data: TensorData;
  readonly bytes: number;
  readonly shape: readonly number[];
  readonly handle: Handle;
}

/** A compiled model and its one request, whose tensors lie in memory of JavaScript's. */
export class CompiledGraph {
  readonly #functions: OpenVinoFunctions;
  readonly #types: ElementTypes;
  readonly #compiled: Handle;
  readonly #request: Handle;
  readonly #ports: Ports;
  /** By name: what the request reads and writes. Kept, for the request holds the addresses. */
  readonly #bound = new Map<string, Bound>();

  /** `compiled` is freed with it, or if this throws. `ports`: of the model that was compiled. */
  constructor(functions: OpenVinoFunctions, types: ElementTypes, compiled: Handle, ports: Ports) {
    this.#functions = functions;
    this.#types = types;
    this.#compiled = compiled;
    this.#ports = ports;
    try {
      this.#request = functions.createRequest(compiled);
    } catch (error) {
      functions.free('compiled_model', compiled);
      throw error;
    }
  }

  /** Runs once. `wanted`: names of the outputs that come back, beside those of `into`. */
  async run(inputs: Tensors, wanted: readonly string[], into: Tensors): Promise<Record<string, HostTensor>> {
    for (const port of this.#ports.inputs) this.#bind(port, required(inputs, port.name));
    const results = new Map<string, HostTensor>();
    // An output of known size is written where it is wanted; the others OpenVINO places itself.
    for (const port of this.#ports.outputs) {
      if (port.shape === undefined) continue;
      const target = into[port.name] ?? this.#target(port, port.shape);
      requireShape(port.name, target, port.shape);
      this.#bind(port, target);
      results.set(port.name, target);
    }
    await this.#functions.infer(this.#request);
    for (const port of this.#ports.outputs) {
      if (port.shape !== undefined || !(wanted.includes(port.name) || port.name in into)) continue;
      results.set(port.name, this.#copy(port, into[port.name]));
    }
    const names = [...new Set([...wanted, ...Object.keys(into)])];
    return Object.fromEntries(names.map((name) => [name, required(Object.fromEntries(results), name)]));
  }

  close(): void {
    this.#functions.free('infer_request', this.#request);
    for (const { handle } of this.#bound.values()) this.#functions.free('tensor', handle);
    this.#bound.clear();
    this.#functions.free('compiled_model', this.#compiled);
  }

  /** Memory for an output that nobody gave memory for: what the last run returned is its caller's. */
  #target(port: Port, shape: readonly number[]): HostTensor {
    const type = this.#typeOf(port);
    return { type, shape, data: new arrays[type](count(shape)) };
  }

  /** Type and length. */
  #requireFit({ name, type: code }: Port, { type, shape, data }: HostTensor): void {
    if (this.#types.code(type) !== code) {
      throw new TypeError(`"${name}" is ${type}, and the model has ${this.#types.type(code) ?? `type ${code}`} there`);
    }
    if (!(data instanceof arrays[type]) || data.length !== count(shape)) {
      throw new TypeError(
        `"${name}" holds ${data.length} elements of a ${data.constructor.name}, and its shape is ${type} [${shape.join(', ')}]`,
      );
    }
  }

  #bind(port: Port, tensor: HostTensor): void {
    const { name } = port;
    const { shape, data } = tensor;
    this.#requireFit(port, tensor);
    const before = this.#bound.get(name);
    if (before?.data === data && before.bytes === data.byteLength && isSame(before.shape, shape)) return;
    const functions = this.#functions;
    const handle =
      data.length === 0 ? functions.createTensor(port.type, shape) : functions.hostTensor(port.type, shape, data);
    try {
      functions.setTensor(this.#request, name, handle);
    } catch (error) {
      functions.free('tensor', handle);
      throw error;
    }
    this.#bound.set(name, { data, bytes: data.byteLength, shape, handle });
    if (before !== undefined) functions.free('tensor', before.handle);
  }

  #copy(port: Port, into: HostTensor | undefined): HostTensor {
    const handle = this.#functions.tensor(this.#request, port.name);
    try {
      const shape = this.#functions.shape(handle);
      const type = this.#typeOf(port);
      const data = new arrays[type](this.#functions.bytes(handle));
      if (into === undefined) return { type, shape, data };
      this.#requireFit(port, into);
      requireShape(port.name, into, shape);
      new Uint8Array(into.data.buffer, into.data.byteOffset, into.data.byteLength).set(new Uint8Array(data.buffer));
      return into;
    } finally {
      this.#functions.free('tensor', handle);
    }
  }

  #typeOf(port: Port): TensorType {
    const type = this.#types.type(port.type);
    if (type === undefined)
      throw new TypeError(`"${port.name}" has elements that JavaScript has no array of (type ${port.type})`);
    return type;
  }
}

function required(tensors: Tensors, name: string): HostTensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new TypeError(`"${name}" is missing`);
  return tensor;
}

function requireShape(name: string, tensor: HostTensor, shape: readonly number[]): void {
  if (isSame(tensor.shape, shape)) return;
  throw new TypeError(
    `"${name}" is [${shape.join(', ')}], and the memory given for it is [${tensor.shape.join(', ')}]`,
  );
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
