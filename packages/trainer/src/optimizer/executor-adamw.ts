import { writeModel } from '@retort/onnx';
import type { Executor, HostTensor } from '@retort/runtime';
import { GraphTrace } from '../ops/tracer.ts';
import { type AdamWSettings, defaultAdamW, type LargeSteps, type Moments, type StepSize } from './adamw.ts';
import { adamWInputNames, adamWInputs, GraphAdamW } from './graph-adamw.ts';

/** Elements from which a run pays: one takes 50 microseconds, whatever it computes. */
const least = 16_384;
/** Lengths of tensors that are kept compiled: more than a model has. */
const keptShapes = 64;

/**
 * AdamW by an executor that computes all of its operations in one pass, on all threads, as OpenVINO does; onnxruntime would make a pass of each. `executor`: one
 * that computes in fp32.
 */
export async function openLargeSteps(
  executor: Executor,
  threads?: number,
  settings: AdamWSettings = defaultAdamW,
): Promise<LargeSteps> {
  const session = await executor.open(writeModel(adamWGraph(settings)), { threads, shapes: 'fixed', keptShapes });
  return {
    least,
    step: (weights, gradient, moments, size) => run(weights, gradient, moments, size),
    close: () => session.close(),
  };

  async function run(weights: Float32Array, gradient: Float32Array, { first, second }: Moments, size: StepSize) {
    const state = { weights: vector(weights), first: vector(first), second: vector(second) };
    const scalars = {
      ...adamWInputs(size.step, size.learningRate, settings),
      // The graph's weight decay is 1.
      [adamWInputNames.learningRate]: size.learningRate * size.weightDecay,
      scale: size.gradientScale,
    };
    // Element i of the results needs element i of what they overwrite, and is written after it was read.
    const into = Object.fromEntries(Object.entries(state).map(([name, tensor]) => [next(name), tensor]));
    await session.run({ ...state, gradient: vector(gradient), ...tensors(scalars) }, { into });
  }
}

/** Weights, moments and gradient [elements] -> `next_weights`, `next_first`, `next_second`. */
function adamWGraph(settings: AdamWSettings) {
  const trace = new GraphTrace();
  const input = (name: string) => trace.input(name, 'float32', ['elements']);
  const adamW = new GraphAdamW(trace, trace.input('scale', 'float32', []), settings);
  const state = { weights: input('weights'), first: input('first'), second: input('second') };
  const after = adamW.step(state, input('gradient'), { weightDecay: 1, learningRateScale: 1 });
  return trace.finish('adamw', Object.fromEntries(Object.entries(after).map(([name, value]) => [next(name), value])));
}

function next(name: string): string {
  return `next_${name}`;
}

function vector(data: Float32Array): HostTensor {
  return { type: 'float32', shape: [data.length], data };
}

function tensors(scalars: Readonly<Record<string, number>>): Record<string, HostTensor> {
  const tensor = (value: number): HostTensor => ({ type: 'float32', shape: [], data: Float32Array.of(value) });
  return Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, tensor(value)]));
}
