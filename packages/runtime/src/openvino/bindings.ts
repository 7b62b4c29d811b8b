import type { TensorData } from '../executor.ts';

export type Koffi = typeof import('koffi');
type Library = ReturnType<Koffi['load']>;
type TypeSpec = Parameters<Koffi['sizeof']>[0];
type Callable = ReturnType<Library['func']>;

/** The address of an object of OpenVINO's. */
export type Handle = bigint;
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
    this.#check(await callAsync(this.#functions.reshape, [model, axes.map(([name]) => name), fixed, axes.length]));
  }

  compile(core: Handle, model: Handle): Promise<Handle> {
    return this.#later(this.#functions.compile, (out) => [core, model, device, 0, out]);
  }

  compiledProperty(compiled: Handle, key: string): string {
    return this.#text((out) => this.#functions.compiledProperty(compiled, key, out));
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
    this.#functions.free[kind](handle);
  }

  #check(status: number): void {
    if (status === 0) return;
    const said = [this.#functions.lastError(), this.#functions.errorInfo(status)].find(
      (text) => typeof text === 'string' && text !== '',
    );
    throw new OpenVinoError(String(said ?? `status ${status}`).trim());
  }

  #handle(call: (out: Handle[]) => number): Handle {
    const out = [0n];
    this.#check(call(out));
    return out[0];
  }

  async #later(callable: Callable, args: (out: Handle[]) => readonly unknown[]): Promise<Handle> {
    const out = [0n];
    this.#check(await callAsync(callable, args(out)));
    return out[0];
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

/** `ov_shape_t` as it comes. */
interface ShapeStruct {
  rank: number | bigint;
  dims: Handle;
}

/** `ov_shape_t` as it goes. */
function shapeOf(shape: readonly number[]) {
  return { rank: shape.length, dims: BigInt64Array.from(shape, BigInt) };
}

function callAsync(callable: Callable, args: readonly unknown[]): Promise<number> {
  return new Promise((resolve, reject) => {
    callable.async(...args, (error: unknown, status: number) => {
      if (error) reject(error);
      else resolve(status);
    });
  });
}

/** The prototypes, as the headers `openvino/c/ov_*.h` have them. */
function declare(koffi: Koffi, library: Library) {
  const handle = 'void *';
  const out = (type: TypeSpec) => koffi.out(koffi.pointer(type));
  const shape = koffi.struct({ rank: 'int64', dims: handle });
  const partialShape = koffi.struct({ rank: koffi.struct({ min: 'int64', max: 'int64' }), dims: handle });
  const status = (name: string, ...args: TypeSpec[]) => library.func(`ov_${name}`, 'int', args);
  const nothing = (name: string) => library.func(`ov_${name}`, 'void', [handle]);
  return {
    lastError: library.func('ov_get_last_err_msg', 'str', []),
    errorInfo: library.func('ov_get_error_info', 'str', ['int']),
    freeText: nothing('free'),
    version: status('get_openvino_version', out(koffi.struct({ buildNumber: 'str', description: 'str' }))),
    createCore: status('core_create', out(handle)),
    // With a key and its value behind.
    setProperty: status('core_set_property', handle, 'str', '...'),
    property: status('core_get_property', handle, 'str', 'str', out(handle)),
    readFile: status('core_read_model', handle, 'str', 'str', out(handle)),
    readBytes: status('core_read_model_from_memory_buffer', handle, handle, 'size_t', handle, out(handle)),
    // Variable in C, for properties. None are given here: koffi calls no variable function asynchronously.
    compile: status('core_compile_model', handle, handle, 'str', 'size_t', out(handle)),
    portCount: {
      input: status('model_inputs_size', handle, out('size_t')),
      output: status('model_outputs_size', handle, out('size_t')),
    },
    port: {
      input: status('model_const_input_by_index', handle, 'size_t', out(handle)),
      output: status('model_const_output_by_index', handle, 'size_t', out(handle)),
    },
    portName: status('port_get_any_name', handle, out(handle)),
    portType: status('port_get_element_type', handle, out('int')),
    portShape: status('const_port_get_shape', handle, out(shape)),
    freePort: nothing('output_const_port_free'),
    reshape: status('model_reshape', handle, koffi.pointer('str'), koffi.pointer(partialShape), 'size_t'),
    compiledProperty: status('compiled_model_get_property', handle, 'str', out(handle)),
    createRequest: status('compiled_model_create_infer_request', handle, out(handle)),
    createTensor: status('tensor_create', 'int', shape, out(handle)),
    hostTensor: status('tensor_create_from_host_ptr', 'int', shape, handle, out(handle)),
    byteSize: status('tensor_get_byte_size', handle, out('size_t')),
    tensorShape: status('tensor_get_shape', handle, out(shape)),
    freeShape: status('shape_free', koffi.pointer(shape)),
    tensorData: status('tensor_data', handle, out(handle)),
    setTensor: status('infer_request_set_tensor', handle, 'str', handle),
    tensor: status('infer_request_get_tensor', handle, 'str', out(handle)),
    infer: status('infer_request_infer', handle),
    free: {
      core: nothing('core_free'),
      model: nothing('model_free'),
      compiled_model: nothing('compiled_model_free'),
      infer_request: nothing('infer_request_free'),
      tensor: nothing('tensor_free'),
    },
  };
}
