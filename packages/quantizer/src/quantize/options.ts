/** Smallest and largest value of an activation. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Activation, by its name in the fp32 graph -> the range that calibration found. */
export type ActivationRanges = ReadonlyMap<string, Range>;

/** How embedding tables are stored. */
export const embeddingTypes = ['int8', 'int4', 'fp32'] as const;
export type EmbeddingType = (typeof embeddingTypes)[number];

/** What a recipe is told besides the model. */
export interface QuantizeOptions {
  readonly embeddings: EmbeddingType;
  /** Layers that stay float32, by the names that `layersOf` gives. */
  readonly keep: ReadonlySet<string>;
  /**
   * 7-bit weights, so that two products of uint8 and int8 never add up to more than an int16 holds: CPUs with AVX2 or AVX-512 but
   * without VNNI add them in 16 bits, and saturate.
   */
  readonly reduceRange: boolean;
  /**
   * `onnxruntime` (the default): its own operators where they pay. `onnx`: the standard's alone, for other runtimes; the same weights and ranges.
   */
  readonly operators?: 'onnxruntime' | 'onnx';
  /** For the recipes whose `needsRanges` says so. */
  readonly ranges?: ActivationRanges;
}

export const defaultOptions: QuantizeOptions = { embeddings: 'int8', keep: new Set(), reduceRange: false };
