import type { Model } from '@retort/onnx';
import type { ExperimentConfig } from '@retort/shared';
import { fuseAttention } from '../fuse/attention.ts';
import { fixedLinear, qdqLinear } from './calibrated.ts';
import { dynamicLinear } from './dynamic-int8.ts';
import { embeddingWriters } from './embeddings.ts';
import type { QuantizeOptions } from './options.ts';
import { rewriteLayers, type Writer } from './rewrite.ts';
import { weightsOnlyLinear } from './weights.ts';

/** The names by which an experiment chooses. */
export type Recipe = ExperimentConfig['quantization']['recipe'];

/** A way to quantize: a pass over an fp32 model. */
export interface RecipeDescriptor {
  /** Whether the options must hold the ranges of the model's activations, as `calibrate` finds them. */
  readonly needsRanges: boolean;
  /**
   * The quantized model; the given one stays as it is. Throws a UserError if there is nothing to quantize, the operators are too old, a
   * weight is not finite, `keep` names an unknown layer, or a range is missing.
   */
  quantize(model: Model, options: QuantizeOptions): Model;
}

/** What a recipe does to linear layers. */
interface Kind {
  /** In ONNX's operators. */
  readonly linear: () => Writer;
  /** In onnxruntime's, bias included, where its own are faster than what it makes of ONNX's as it loads them. */
  readonly fused?: () => Writer;
  /** Whether attention is fused too. Recipes for any runtime hold ONNX's operators alone. */
  readonly anyRuntime: boolean;
  /** The version of ONNX's operators that brought what it writes. */
  readonly oldestOpset: number;
  readonly needsRanges: boolean;
  /** What the model's metadata says of its activations. */
  readonly activations: string;
}

const kinds: Readonly<Record<Recipe, Kind>> = {
  'dynamic-int8': {
    linear: dynamicLinear,
    anyRuntime: false,
    oldestOpset: 11,
    needsRanges: false,
    activations: 'uint8, one range for each tensor, found in each run',
  },
  'static-int8': {
    linear: qdqLinear,
    anyRuntime: true,
    oldestOpset: 13,
    needsRanges: true,
    activations: 'uint8, one range for each tensor, fixed by calibration',
  },
  'int8-weights': {
    linear: weightsOnlyLinear,
    anyRuntime: true,
    oldestOpset: 11,
    needsRanges: false,
    activations: 'float32',
  },
  'fixed-int8': {
    linear: qdqLinear,
    fused: fixedLinear,
    anyRuntime: false,
    oldestOpset: 13,
    needsRanges: true,
    activations: 'uint8, one range for each tensor, fixed by calibration',
  },
};

/** The recipes by name. */
export const recipes: Readonly<Record<Recipe, RecipeDescriptor>> = {
  'dynamic-int8': descriptor('dynamic-int8'),
  'static-int8': descriptor('static-int8'),
  'int8-weights': descriptor('int8-weights'),
  'fixed-int8': descriptor('fixed-int8'),
};

const embeddingNotes = {
  int8: 'int8, symmetric, one scale for each row',
  int4: 'int4, symmetric, one scale for each block of a row',
  fp32: 'float32',
} as const;

function descriptor(recipe: Recipe): RecipeDescriptor {
  const { linear, fused, anyRuntime, oldestOpset, needsRanges, activations } = kinds[recipe];
  return {
    needsRanges,
    quantize(model, options) {
      const { embeddings, keep, reduceRange, operators = 'onnxruntime' } = options;
      const own = operators === 'onnxruntime' && !anyRuntime;
      const metadata = {
        'retort.recipe': recipe,
        'retort.activations': activations,
        'retort.weights': `${reduceRange ? 'int8 of 7 bits' : 'int8'}, symmetric, one scale for each output channel`,
        'retort.embeddings': embeddingNotes[embeddings],
        ...(reduceRange ? { 'retort.reduceRange': 'true' } : {}),
        ...(keep.size === 0 ? {} : { 'retort.kept': [...keep].join(' ') }),
      };
      const takesBias = own && fused !== undefined;
      const writers = {
        linear: takesBias ? fused() : linear(),
        takesBias,
        embedding: embeddingWriters[embeddings](),
      };
      const source = own ? fuseAttention(model) : model;
      return withMicrosoft(rewriteLayers(source, options, writers, { oldestOpset, metadata }));
    },
  };
}

/** Declares the operators of onnxruntime where the graph has some. */
function withMicrosoft(model: Model): Model {
  const used = model.graph.nodes.some(({ domain }) => domain === 'com.microsoft');
  return used ? { ...model, opsets: { ...model.opsets, 'com.microsoft': 1 } } : model;
}
