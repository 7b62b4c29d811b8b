import type { TensorData } from '../executor.ts';
import { type Callable, declare, type Handle, type Koffi, type Library, type ShapeStruct } from './prototypes.ts';

export type Kind = 'core' | 'model' | 'compiled_model' | 'infer_request' | 'tensor';
export type Side = 'input' | 'output';

/** An input or output of a model. */
export interface Port {
  readonly name: string;
  /** `ov_element_type_e` */
  readonly type: number;
  /** Undefined where it is not fixed. */
  readonly shape: readonly number[] | undefined;
}

/** OpenVINO refused what it was asked, in its own words. */
export class OpenVinoError extends Error {}

/**
 * What is called of `libopenvino_c`, as functions that throw an `OpenVinoError`. Those that give a promise compute on another thread; whoever calls them keeps the memory that they
 * read until they are done.
 */
export class OpenVinoFunctions {
  readonly #functions: ReturnType<typeof declare>;
  readonly #koffi: Koffi;
  /** The library has one message for the whole process: calls that are likely to fail come one after the other, so that it is theirs. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Throws where one is not in the library: it is another library, or too old. */
  constructor(koffi: Koffi, library: Library) {
    this.#koffi = koffi;
    this.#functions = declare(koffi, library);
  }

  /** `2026.4.1-22982-…` */
  version(): string {
    const version = { buildNumber: '' };
    this.#check(this.#functions.version(version));
    return version.buildNumber;
  }

  /** Bytes of a tensor of 8 elements of this type; undefined where there is no such type. */
  sizeOfEight(type: number): number | undefined {
    const [tensor, size]: [Handle[], number[]] = [[0n], [0]];
    if (this.#functions.createTensor(type, shapeOf([8]), tensor) !== 0) return undefined;
    try {
      this.#check(this.#functions.byteSize(tensor[0], size));
    } finally {
      this.free('tensor', tensor[0]);
    }
    return Number(size[0]);
  }

  createCore(): Handle {
    return this.#handle((out) => this.#functions.createCore(out));
  }

  setProperty(core: Handle, key: string, value: string): void {
    this.#check(this.#functions.setProperty(core, device, 'str', key, 'str', value));
  }

  property(core: Handle, key: string): string {
    return this.#text((out) => this.#functions.property(core, device, key, out));
  }

  readFile(core: Handle, path: string): Promise<Handle> {
    return this.#later(this.#functions.readFile, (out) => [core, path, null, out]);
  }

  readBytes(core: Handle, bytes: Uint8Array): Promise<Handle> {
    return this.#later(this.#functions.readBytes, (out) => [core, bytes, bytes.length, null, out]);
  }

  ports(model: Handle, side: Side): Port[] {
    const size = [0];
    this.#check(this.#functions.portCount[side](model, size));
    return Array.from({ length: Number(size[0]) }, (_, i) => {
      const port = this.#handle((out) => this.#functions.port[side](model, i, out));
      const type = [0];
      try {
        this.#check(this.#functions.portType(port, type));
        const name = this.#text((out) => this.#functions.portName(port, out));
        return { name, type: type[0], shape: this.#shape((out) => this.#functions.portShape(port, out)) };
      } finally {
        this.#functions.freePort(port);
      }
    });
  }

  /** Fixes the shapes of these inputs. */
  async reshape(model: Handle, shapes: ReadonlyMap<string, readonly number[]>): Promise<void> {
    // A scalar's shape is fixed; the library would take it for a vector of any length.
    const axes = [...shapes].filter(([, shape]) => shape.length > 0);
    if (axes.length === 0) return;
    // A partial shape is an interval a dimension.
    const fixed = axes.map(([, shape]) => ({
      rank: { min: shape.length, max: shape.length },
      dims: BigInt64Array.from(shape.flatMap((size) => [BigInt(size), BigInt(size)])),
    }));
    const names = axes.map(([name]) => name);
    await this.#inTurn(this.#functions.reshape, [model, names, fixed, axes.length]);
  }

  compile(core: Handle, model: Handle): Promise<Handle> {
    return this.#later(this.#functions.compile, (out) => [core, model, device, 0, out]);
  }

  createRequest(compiled: Handle): Handle {
    return this.#handle((out) => this.#functions.createRequest(compiled, out));
  }

  /** A tensor in memory of JavaScript's, which must be kept as long as the tensor. */
  hostTensor(type: number, shape: readonly number[], data: TensorData): Handle {
    return this.#handle((out) => this.#functions.hostTensor(type, shapeOf(shape), data, out));
  }

  /** A tensor in memory of OpenVINO's. */
  createTensor(type: number, shape: readonly number[]): Handle {
    return this.#handle((out) => this.#functions.createTensor(type, shapeOf(shape), out));
  }

  setTensor(request: Handle, name: string, tensor: Handle): void {
    this.#check(this.#functions.setTensor(request, name, tensor));
  }

  /** A tensor of a request, to be freed. */
  tensor(request: Handle, name: string): Handle {
    return this.#handle((out) => this.#functions.tensor(request, name, out));
  }

  shape(tensor: Handle): number[] {
    const shape = this.#shape((out) => this.#functions.tensorShape(tensor, out));
    if (shape === undefined) throw new OpenVinoError('a tensor has no shape');
    return shape;
  }

  /** A copy of a tensor's elements. */
  bytes(tensor: Handle): ArrayBuffer {
    const size = [0];
    this.#check(this.#functions.byteSize(tensor, size));
    if (Number(size[0]) === 0) return new ArrayBuffer(0);
    const data = this.#handle((out) => this.#functions.tensorData(tensor, out));
    return this.#koffi.view(data, Number(size[0])).slice(0);
  }

  async infer(request: Handle): Promise<void> {
    this.#check(await callAsync(this.#functions.infer, [request]));
  }

  free(kind: Kind, handle: Handle): void {
    const free = () => this.#functions.free[kind](handle);
    // With a core goes the message, which may be that of a call under way.
    if (kind === 'core') this.#turn = this.#turn.then(free, free);
    else free();
  }

  #check(status: number): void {
    if (status === 0) return;
    const said = (status === invalidParameter ? '' : this.#lastError()) || this.#functions.errorInfo(status);
    throw new OpenVinoError(String(said || `status ${status}`).trim());
  }

  #handle(call: (out: Handle[]) => number): Handle {
    const out = [0n];
    this.#check(call(out));
    return out[0];
  }

  async #later(callable: Callable, args: (out: Handle[]) => readonly unknown[]): Promise<Handle> {
    const out = [0n];
    await this.#inTurn(callable, args(out));
    return out[0];
  }

  #inTurn(callable: Callable, args: readonly unknown[]): Promise<void> {
    const call = async () => this.#check(await callAsync(callable, args));
    const done = this.#turn.then(call, call);
    this.#turn = done;
    return done;
  }

  /** A copy, which is ours to free; empty where nothing has failed. */
  #lastError(): string {
    const text: Handle | null = this.#functions.lastError();
    if (text === null || text === 0n) return '';
    try {
      return this.#koffi.decode.string(text);
    } finally {
      this.#functions.freeText(text);
    }
  }

  #shape(call: (out: ShapeStruct) => number): number[] | undefined {
    const shape: ShapeStruct = { rank: 0, dims: 0n };
    if (call(shape) !== 0) return undefined;
    const rank = Number(shape.rank);
    try {
      const dims: (number | bigint)[] = rank === 0 ? [] : Array.from(this.#koffi.decode(shape.dims, 'int64', rank));
      return dims.map(Number);
    } finally {
      this.#functions.freeShape(shape);
    }
  }

  /** A text that the library gives away. */
  #text(call: (out: Handle[]) => number): string {
    const text = this.#handle(call);
    try {
      return this.#koffi.decode.string(text);
    } finally {
      this.#functions.freeText(text);
    }
  }
}

const device = 'CPU';
/** `INVALID_C_PARAM` of `ov_status_e`, with which no message comes: the last one is of another call. */
const invalidParameter = -14;

/** `ov_shape_t` as it goes. */
function shapeOf(shape: readonly number[]) {
  return { rank: shape.length, dims: BigInt64Array.from(shape, BigInt) };
}

/** What native code reads and writes meanwhile: koffi itself keeps none of it from being collected. */
const inUse = new Set<readonly unknown[]>();

function callAsync(callable: Callable, args: readonly unknown[]): Promise<number> {
  inUse.add(args);
  return new Promise((resolve, reject) => {
    callable.async(...args, (error: unknown, status: number) => {
      inUse.delete(args);
      if (error) reject(error);
      else resolve(status);
    });
  });
}
