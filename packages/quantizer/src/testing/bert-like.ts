import {
  type Attribute,
  float,
  int,
  ints,
  type Model,
  type Node,
  node,
  type TensorValue,
  tensorOf,
} from '@retort/onnx';
import { Random } from '@retort/shared';

export interface BertLikeConfig {
  readonly vocabularySize: number;
  readonly maxPositions: number;
  readonly hidden: number;
  readonly heads: number;
  readonly intermediate: number;
  readonly layers: number;
  readonly labels: number;
  readonly seed: number;
  /** Whether [CLS] attends alone in the last layer, without keys and values of the other tokens, as in the trainer's exports. */
  readonly clsAlone?: boolean;
  /** Whether there are segments, as in BERT; DistilBERT has none. */
  readonly segments?: boolean;
}

export const tinyConfig: BertLikeConfig = {
  vocabularySize: 60,
  maxPositions: 32,
  hidden: 32,
  heads: 2,
  intermediate: 64,
  layers: 2,
  labels: 2,
  seed: 1,
};

/**
 * A classifier with random weights in the form of the trainer's export: weights [out, in] that a Transpose turns, positions by
 * Slice, plain operators of opset 17. `input_ids` and `attention_mask` [batch, length] -> `logits` [batch, labels].
 */
export function bertLike(config: BertLikeConfig = tinyConfig): Model {
  const { hidden, heads, layers } = config;
  const graph = new GraphBuilder(config.seed);
  const { emit, integers } = graph;

  const linear = (x: string, name: string, inputs: number, outputs: number) => {
    const weight = graph.random(`${name}.weight`, [outputs, inputs], 1.5 / Math.sqrt(inputs));
    const product = emit('MatMul', [x, emit('Transpose', [weight], { perm: ints([1, 0]) })]);
    return emit('Add', [product, graph.random(`${name}.bias`, [outputs], 0.1)]);
  };
  const norm = (x: string, name: string) =>
    emit('LayerNormalization', [x, graph.ones(`${name}.weight`, hidden), graph.random(`${name}.bias`, [hidden], 0.1)], {
      axis: int(-1),
      epsilon: float(1e-12),
    });
  const split = (x: string, perm: readonly number[]) =>
    emit('Transpose', [emit('Reshape', [x, integers([0, 0, heads, hidden / heads])])], { perm: ints(perm) });

  const mask = emit('Cast', ['attention_mask'], { to: int(1) });
  const masked = emit('Sub', [emit('Unsqueeze', [mask, integers([1])]), graph.scalar(1)]);
  const textPadding = emit('Mul', [masked, graph.scalar(10_000)]); // [batch, 1, length]
  const padding = emit('Unsqueeze', [textPadding, integers([1])]);
  const feedForward = (x: string, attended: string, i: number) => {
    const middle = norm(emit('Add', [x, attended]), `${i}.norm1`);
    const up = emit('Relu', [linear(middle, `${i}.up`, hidden, config.intermediate)]);
    return norm(emit('Add', [middle, linear(up, `${i}.down`, config.intermediate, hidden)]), `${i}.norm2`);
  };
  const length = emit('Slice', [emit('Shape', ['input_ids']), integers([1]), integers([2]), integers([0])]);
  const words = graph.random('word_embeddings', [config.vocabularySize, hidden], 1);
  const positions = graph.random('position_embeddings', [config.maxPositions, hidden], 0.3);
  let embedded = emit('Add', [
    emit('Gather', [words, 'input_ids'], { axis: int(0) }),
    emit('Slice', [positions, integers([0]), length, integers([0])]),
  ]);
  if (config.segments) {
    const segments = graph.random('segment_embeddings', [2, hidden], 0.3);
    embedded = emit('Add', [embedded, emit('Gather', [segments, 'token_type_ids'], { axis: int(0) })]);
  }
  /** The hidden states x that [CLS] attends to: [batch, 1, hidden]. */
  const attendAlone = (x: string, first: string, i: number) => {
    const blocks = graph.blocks('heads', heads, hidden);
    const query = emit('Mul', [
      linear(first, `${i}.query`, hidden, hidden),
      graph.scalar(1 / Math.sqrt(hidden / heads)),
    ]);
    const key = graph.random(`${i}.key.weight`, [hidden, hidden], 1.5 / Math.sqrt(hidden));
    const turned = emit('MatMul', [emit('Mul', [query, blocks]), key]);
    const scores = emit('MatMul', [turned, emit('Transpose', [x], { perm: ints([0, 2, 1]) })]);
    const probabilities = emit('Softmax', [emit('Add', [scores, textPadding])], { axis: int(-1) });
    const values = linear(emit('MatMul', [probabilities, x]), `${i}.value`, hidden, hidden);
    return emit('ReduceSum', [emit('Mul', [values, blocks]), integers([1])], { keepdims: int(1) });
  };
  let x = norm(embedded, 'embeddings.norm');
  for (let i = 0; i < layers; i++) {
    if (config.clsAlone && i === layers - 1) {
      const first = emit('Slice', [x, integers([0]), integers([1]), integers([1])]);
      x = feedForward(first, linear(attendAlone(x, first, i), `${i}.attended`, hidden, hidden), i);
      continue;
    }
    const query = split(linear(x, `${i}.query`, hidden, hidden), [0, 2, 1, 3]);
    const key = split(linear(x, `${i}.key`, hidden, hidden), [0, 2, 3, 1]);
    const value = split(linear(x, `${i}.value`, hidden, hidden), [0, 2, 1, 3]);
    const scaled = emit('Mul', [emit('MatMul', [query, key]), graph.scalar(1 / Math.sqrt(hidden / heads))]);
    const probabilities = emit('Softmax', [emit('Add', [scaled, padding])], { axis: int(-1) });
    const mixed = emit('Transpose', [emit('MatMul', [probabilities, value])], { perm: ints([0, 2, 1, 3]) });
    const attended = linear(emit('Reshape', [mixed, integers([0, 0, hidden])]), `${i}.attended`, hidden, hidden);
    x = feedForward(x, attended, i);
  }
  const cls = emit('Gather', [x, graph.index(0)], { axis: int(1) });
  const pooled = emit('Tanh', [linear(cls, 'pooler', hidden, hidden)]);
  const logits = linear(pooled, 'classifier', hidden, config.labels);
  graph.nodes.push(node('Identity', [logits], ['logits']));
  return graph.finish(config.labels, config.segments);
}

class GraphBuilder {
  readonly nodes: Node[] = [];
  readonly #initializers = new Map<string, TensorValue>();
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  emit = (op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string => {
    const output = `${op}_${this.nodes.length}`;
    this.nodes.push(node(op, inputs, [output], attributes, { name: `/${output}` }));
    return output;
  };

  integers = (values: readonly number[]): string =>
    this.#constant(`integers_${values.join('_')}`, tensorOf('int64', [values.length], values));

  index(value: number): string {
    return this.#constant(`index_${value}`, tensorOf('int64', [], [value]));
  }

  scalar(value: number): string {
    return this.#constant(`scalar_${value}`, tensorOf('float32', [], [value]));
  }

  ones(name: string, size: number): string {
    return this.#constant(name, tensorOf('float32', [size], new Float32Array(size).fill(1)));
  }

  /** [heads, hidden]: 1 where a column is of the row's head, else 0. */
  blocks(name: string, heads: number, hidden: number): string {
    const own = (i: number) => Math.floor(((i % hidden) * heads) / hidden) === Math.floor(i / hidden);
    const data = Float32Array.from({ length: heads * hidden }, (_, i) => (own(i) ? 1 : 0));
    return this.#constant(name, tensorOf('float32', [heads, hidden], data));
  }

  random(name: string, shape: readonly number[], deviation: number): string {
    const random = new Random(this.#seed, name);
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length: size }, () => deviation * random.normal());
    return this.#constant(name, tensorOf('float32', shape, data));
  }

  finish(labels: number, segments = false): Model {
    const ids = (name: string) => ({ name, type: 'int64', shape: ['batch', 'length'] }) as const;
    return {
      irVersion: 8,
      producer: 'retort tests',
      opsets: { '': 17 },
      metadata: {},
      graph: {
        name: 'classifier',
        inputs: ['input_ids', 'attention_mask', ...(segments ? ['token_type_ids'] : [])].map(ids),
        outputs: [{ name: 'logits', type: 'float32', shape: ['batch', labels] }],
        initializers: this.#initializers,
        nodes: this.nodes,
        values: [],
      },
    };
  }

  #constant(name: string, tensor: TensorValue): string {
    this.#initializers.set(name, tensor);
    return name;
  }
}
