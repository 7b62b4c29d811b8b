/**
 * An ONNX model as plain values. Everything that reads, builds, checks or rewrites models works on these types;
 * only `proto.ts` knows the file format.
 */

/** Element types, by the names that typed arrays and safetensors use. */
export type ElementType =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'float64'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool'
  | 'string'
  | 'int4'
  | 'uint4';

/** A length: a number, or a name such as `batch` for one that each run decides. */
export type Dimension = number | string;
export type Shape = readonly Dimension[];

/** A constant: little-endian raw data, as long as `shape` says. */
export interface TensorValue {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** An input, an output, or a value between nodes. Without a shape: nothing is known of it, not even its rank. */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly shape?: Shape;
}

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: TensorValue };

/** One operation. An empty name among the inputs is an optional input left out. */
export interface Node {
  readonly op: string;
  /** `''` is ONNX's own; `com.microsoft` holds onnxruntime's. */
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Graph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Constants by name: the weights. */
  readonly initializers: ReadonlyMap<string, TensorValue>;
  /** In an order in which each node comes after those that it reads. */
  readonly nodes: readonly Node[];
  /** Types and shapes of values between nodes, where the file tells them. */
  readonly values: readonly ValueInfo[];
}

export interface Model {
  readonly irVersion: number;
  readonly producer: string;
  /** Domain -> version of its operators. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly graph: Graph;
}
