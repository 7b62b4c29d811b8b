import { foldConstants, type Model, removeUnused, type TensorValue, tensorOf } from '@retort/onnx';
import { backward, globalNorm } from '../autodiff/backward.ts';
import { type LossTerms, teacherInput, trainingLoss } from '../losses/losses.ts';
import { lastLayerRows, teacherOutputs } from '../losses/terms.ts';
import type { ModelConfig } from '../model/config.ts';
import { classify } from '../model/encoder.ts';
import { type ModelOutput, outputName, outputShape, pickOutput, rowsFor } from '../model/outputs.ts';
import { countParameters, type Parameters, parameterSpecs, wordTableName } from '../model/parameters.ts';
import type { Ops } from '../ops/ops.ts';
import { differentiableOps, exportOps } from '../ops/trace-ops.ts';
import type { DropoutMasks } from '../ops/traced/dropout.ts';
import { GraphTrace, type Value } from '../ops/tracer.ts';

/** The type of token ids: WebGPU has no 64-bit whole numbers. */
export type IdType = 'int64' | 'int32';

/** Names of the graphs' inputs and outputs besides the parameters, which go by their own names. */
export const names = {
  /** Ids of the tokens that occur in a batch, each once: int64 [unique]. */
  uniqueIds: 'unique_ids',
  /** For each token, the place of its id in `uniqueIds`: int64 [batch, length]. */
  tokens: 'tokens',
  /** 1 for tokens, 0 for padding: float32 [batch, length]. */
  mask: 'mask',
  /** What the labels say, such as one-hot rows: float32 [batch, labels]. */
  targets: 'targets',
  /** What the teacher gives for a batch, by the name of its output (model/outputs.ts), float32. */
  teacher: teacherInput,
  /** The mask of each place of the model that has dropout, in the order of the forward pass. */
  dropoutMask: (place: number) => `dropout_mask_${place}`,
  loss: 'loss',
  gradientNorm: 'gradient_norm',
  logits: 'logits',
  gradient: (parameter: string) => `gradient:${parameter}`,
} as const;

/**
 * Forward pass, loss, gradients and their norm in one graph; every weight is an input. The gradient of the word table is
 * that of the rows in `unique_ids` alone: [unique, hidden]. Frozen parameters have no gradient, and the backward pass
 * ends above them where nothing below is trained. `makeOps`: the operators of whatever runs it.
 */
export function trainingGraph(
  config: ModelConfig,
  losses: LossTerms,
  dropout: number,
  frozen: ReadonlySet<string> = new Set(),
  makeOps = differentiableOps,
): Model {
  const trace = new GraphTrace();
  const ops = makeOps(trace, dropout > 0 ? maskInputs(trace, dropout) : undefined);
  const { loss, gradients } = traceTraining(trace, ops, { config, losses, dropout, frozen });
  const outputs = Object.fromEntries([...gradients].map(([name, gradient]) => [names.gradient(name), gradient]));
  const norm = globalNorm(trace, [...gradients.values()]);
  return removeUnused(trace.finish('training', { [names.loss]: loss, [names.gradientNorm]: norm, ...outputs }));
}

/** What a training graph is made for. */
export interface TrainingGraphOptions {
  readonly config: ModelConfig;
  readonly losses: LossTerms;
  readonly dropout: number;
  readonly frozen: ReadonlySet<string>;
}

/** The loss of a training, and what it depends on. */
export interface TracedTraining {
  /** Every parameter, by name. */
  readonly parameters: ReadonlyMap<string, Value>;
  readonly uniqueIds: Value;
  readonly loss: Value;
  /** Of the parameters that are not frozen; that of the word table is [unique, hidden]. */
  readonly gradients: ReadonlyMap<string, Value>;
}

/** Where the parameters of a graph come from. */
export type ParameterValue = (name: string, shape: readonly number[]) => Value;

/** Traces forward pass, loss and gradients. `idType`: the whole numbers that the device computes with. `parameterValue`: default: an input each. */
export function traceTraining(
  trace: GraphTrace,
  ops: Ops<Value>,
  { config, losses, dropout, frozen }: TrainingGraphOptions,
  idType: IdType = 'int64',
  parameterValue?: ParameterValue,
): TracedTraining {
  const { inputs, parameters, wordRows, uniqueIds } = encoderInputs(trace, config, ops.gather, idType, parameterValue);
  const labels = trace.input(names.targets, 'float32', ['batch', config.labels.length]);
  const teacher = teacherInputs(trace, losses, config.labels.length);

  const parameter = (name: string) => found(parameters, name);
  const outputs = classify(ops, config, parameter, inputs, dropout, lastLayerRows(losses, config.layers));
  const loss = trainingLoss(ops, losses, { outputs, mask: inputs.attentionMask, labels, teacher, parameter });
  const all = new Map([...parameters, [wordTableName(config), wordRows]]);
  const trained = new Map([...all].filter(([name]) => !frozen.has(name)));
  const gradients = backward(trace, loss, [...trained.values()]);
  return {
    parameters,
    uniqueIds,
    loss,
    gradients: new Map([...trained.keys()].map((name, i) => [name, gradients[i]])),
  };
}

/**
 * Some outputs of a model without dropout, with every weight an input: logits for evaluation between epochs, and whatever else
 * a student compares itself with. A value of the graph is called as its output is (`outputName`).
 */
export function evaluationGraph(
  config: ModelConfig,
  makeOps = differentiableOps,
  idType: IdType = 'int64',
  wanted: readonly ModelOutput[] = [{ kind: 'logits' }],
  parametersOf?: (trace: GraphTrace) => ParameterValue,
): Model {
  const trace = new GraphTrace();
  const ops = makeOps(trace);
  const { inputs, parameters } = encoderInputs(trace, config, ops.gather, idType, parametersOf?.(trace));
  const outputs = classify(ops, config, (name) => found(parameters, name), inputs, 0, rowsFor(config, wanted));
  const values = wanted.map((output) => [outputName(output), pickOutput(ops, outputs, output)] as const);
  return removeUnused(trace.finish('evaluation', Object.fromEntries(values)));
}

/**
 * The model that is shipped: weights inside, inputs as transformers' exports have them
 * (`input_ids`, `attention_mask`, for BERT `token_type_ids`, int64 [batch, length]), output `logits` [batch, labels].
 */
export function exportGraph(config: ModelConfig, parameters: Parameters): Model {
  const trace = new GraphTrace();
  const ops = exportOps(trace);
  const sequence = ['batch', 'length'];
  const ids = trace.input('input_ids', 'int64', sequence);
  const mask = trace.input('attention_mask', 'int64', sequence);
  const tokenTypes = config.tokenTypes > 0 ? trace.input('token_type_ids', 'int64', sequence) : undefined;
  const weights = new Map([...parameters].map(([name, { shape, data }]) => [name, tensorOf('float32', shape, data)]));
  const parameter = (name: string): Value => trace.initializer(name, found<TensorValue>(weights, name));

  const words = ops.gather(parameter(wordTableName(config)), ids);
  const attentionMask = trace.emit('Cast', [mask], mask.shape, {
    type: 'float32',
    attributes: { to: { kind: 'int', value: 1 } },
  });
  const { logits } = classify(ops, config, parameter, { words, attentionMask, tokenTypes }, 0);
  // Of the last layer's key no bias is in the graph, and who counts the weights would miss it.
  const metadata = { 'retort.parameters': String(countParameters({ ...config, projections: [] })) };
  return foldConstants(removeUnused(trace.finish(config.architecture, { logits }, metadata)));
}

/** Inputs for what the terms of the loss compare with. */
function teacherInputs(trace: GraphTrace, losses: LossTerms, labels: number): Map<string, Value> {
  const size = { hidden: losses.teacher?.hidden ?? 0, labels };
  return new Map(
    teacherOutputs(losses).map((output) => {
      const name = teacherInput(outputName(output));
      return [name, trace.input(name, 'float32', outputShape<number | string>(output, size, 'batch', 'length'))];
    }),
  );
}

function maskInputs(trace: GraphTrace, rate: number): DropoutMasks {
  let place = 0;
  return { rate, next: ({ shape }) => trace.input(names.dropoutMask(place++), 'float32', shape) };
}

/** The inputs that training and evaluation share. */
function encoderInputs(
  trace: GraphTrace,
  config: ModelConfig,
  gather: (table: Value, ids: Value) => Value,
  idType: IdType = 'int64',
  parameterValue: ParameterValue = (name, shape) => trace.input(name, 'float32', shape),
) {
  const table = wordTableName(config);
  const parameters = new Map(parameterSpecs(config).map(({ name, shape }) => [name, parameterValue(name, shape)]));
  const uniqueIds = trace.input(names.uniqueIds, idType, ['unique']);
  const tokens = trace.input(names.tokens, idType, ['batch', 'length']);
  const attentionMask = trace.input(names.mask, 'float32', ['batch', 'length']);
  // First the rows that the batch needs, then a row for each token: the gradient stays as small as the first.
  const wordRows = gather(found(parameters, table), uniqueIds);
  return { parameters, wordRows, uniqueIds, inputs: { words: gather(wordRows, tokens), attentionMask } };
}

function found<V>(map: ReadonlyMap<string, V>, name: string): V {
  const value = map.get(name);
  if (value === undefined) throw new Error(`the model has no parameter "${name}"`);
  return value;
}
