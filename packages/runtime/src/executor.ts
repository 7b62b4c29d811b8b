/** Typed arrays that hold a tensor's elements. */
export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array | Int8Array | Uint16Array;
export type TensorType = 'float32' | 'int32' | 'int64' | 'uint8' | 'int8' | 'float16' | 'bool';

/** Elements in row-major order, in memory that JavaScript owns. */
export interface HostTensor<D extends TensorData = TensorData> {
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly data: D;
}

export type Tensors = Readonly<Record<string, HostTensor>>;

export interface SessionOptions {
  /** Threads that one run may use. Default: the machine's cores. */
  readonly threads?: number;
  /**
   * Whether idle threads spin, waiting for the next operation. Faster where this session is the only work on the machine,
   * slower for everything else. Default: false.
   */
  readonly spinning?: boolean;
  /** Whether the graph is optimized when it is opened. False for one that `saveCompiled` wrote. Default: true. */
  readonly optimize?: boolean;
  /**
   * Whether memory is kept from run to run for the next one. Without it, a session that has seen a long text holds no more than others.
   * Default: true.
   */
  readonly arena?: boolean;
  /**
   * `fixed`: input shapes come again and again, so that it pays to compile the graph for each set of them, where the runtime can. Default: `any`.
   */
  readonly shapes?: 'any' | 'fixed';
  /** How many sets of input shapes are kept compiled where they are `fixed`; each has the memory of its intermediate values. Default: 8. */
  readonly keptShapes?: number;
  /** Inputs whose shapes change all the same where they are `fixed`. Default: none. */
  readonly varying?: readonly string[];
  /**
   * Whether sums of uint8 x int8 products must be exact: a processor that saturates them then runs slower kernels. A model whose sums fit into 16 bits, as with
   * weights of 7 bits, gives the same either way. Default: true.
   */
  readonly exactProducts?: boolean;
  /**
   * Whether a second run with inputs of the same shapes lays out its memory as one block, beside what the first one took piece by piece. It saves
   * small allocations; where tensors are large it doubles the memory for nothing. Default: true.
   */
  readonly memoryPattern?: boolean;
}

/** A compiled graph. Runs of one session come one after the other. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the graph once. Tensors in `into` are written in place, without a copy, and come back as they are; the outputs
   * named in `outputs` (default: all) are returned.
   */
  run(
    inputs: Tensors,
    options?: { readonly outputs?: readonly string[]; readonly into?: Tensors },
  ): Promise<Record<string, HostTensor>>;
  close(): Promise<void>;
}

export type Precision = 'fp32' | 'bf16';

/** Something that runs ONNX graphs on a device: onnxruntime, or OpenVINO. */
export interface Executor {
  /** Such as `onnxruntime`. */
  readonly name: string;
  /** Such as `cpu`. */
  readonly device: string;
  readonly version: string;
  /** What products of floating-point numbers are computed in. Default: fp32. */
  readonly precision?: Precision;
  /** Compiles a model, given as a file's path or as its bytes. */
  open(model: string | Uint8Array, options?: SessionOptions): Promise<Session>;
}

/** A tensor in the memory of the device that computes: it can be fed into runs, and nothing else. */
export interface DeviceTensor {
  readonly type: TensorType;
  readonly shape: readonly number[];
  /** Gives its memory back. It must not be fed into a run again. */
  dispose(): void;
}

/** What one run on a device gives, by name. */
export interface DeviceResults {
  readonly host: Readonly<Record<string, HostTensor>>;
  /** The outputs that stay on the device; whoever ran the graph disposes of them. */
  readonly device: Readonly<Record<string, DeviceTensor>>;
}

/** A graph some of whose outputs stay where they were computed, to be fed into the next run. */
export interface DeviceSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(inputs: Readonly<Record<string, HostTensor | DeviceTensor>>): Promise<DeviceResults>;
  close(): Promise<void>;
}

/** An executor with a memory of its own, such as a GPU's. */
export interface DeviceExecutor extends Executor {
  /** Compiles a model; the outputs in `onDevice` stay on the device, the others come back. */
  openOnDevice(model: string | Uint8Array, onDevice: readonly string[]): Promise<DeviceSession>;
}
