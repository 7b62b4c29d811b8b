import { writeModel } from '@retort/onnx';
import type { DeviceExecutor, DeviceSession, HostTensor } from '@retort/runtime';
import type { Batch } from '../data/batches.ts';
import type { Evaluator } from '../engine/engine.ts';
import { evaluationGraph, names } from '../engine/graphs.ts';
import type { ModelConfig } from '../model/config.ts';
import type { ModelOutput } from '../model/outputs.ts';
import type { Parameters } from '../model/parameters.ts';
import { webgpuOps } from '../ops/trace-ops.ts';
import type { GraphTrace } from '../ops/tracer.ts';
import { batchFeeds, type Feeds } from './feeds.ts';
import { DeviceMemory } from './memory.ts';
import { PackedParameters } from './packed-parameters.ts';
import type { Pack } from './packs.ts';

/** Some outputs of a model that does not change, logits by default, its weights staying on the device: the teacher. */
export async function createDeviceEvaluator(
  executor: DeviceExecutor,
  config: ModelConfig,
  parameters: Parameters,
  wanted?: readonly ModelOutput[],
): Promise<Evaluator> {
  const memory = new DeviceMemory(executor);
  for (const [name, parameter] of parameters) await memory.upload(name, parameter);
  const session = await openEvaluation(executor, config, wanted);
  return {
    logits: (batch) => logitsOf(session, memory.tensors, batch),
    outputs: async (batch) => {
      const { host } = await runWith(session, { ...memory.tensors, ...batchFeeds(batch) });
      return new Map(Object.entries(host).map(([name, tensor]) => [name, floatsOf(name, tensor)]));
    },
    close: async () => {
      await session.close();
      await memory.close();
    },
  };
}

/** `packs`: those that the device has weights in. Default: it has each parameter by itself. */
export function openEvaluation(
  executor: DeviceExecutor,
  config: ModelConfig,
  wanted?: readonly ModelOutput[],
  packs: readonly Pack[] = [],
): Promise<DeviceSession> {
  const parametersOf = (trace: GraphTrace) => {
    const parameters = new PackedParameters(trace, packs);
    return parameters.parameter.bind(parameters);
  };
  return executor.openOnDevice(writeModel(evaluationGraph(config, webgpuOps, 'int32', wanted, parametersOf)), []);
}

/** [batch, labels]. `weights` may hold other tensors as well. */
export async function logitsOf(session: DeviceSession, weights: Feeds, batch: Batch): Promise<Float32Array> {
  const { host } = await runWith(session, { ...weights, ...batchFeeds(batch) });
  return floatsOf(names.logits, host[names.logits]);
}

/** Runs a graph with those of the feeds that it has inputs for. */
export function runWith(session: DeviceSession, feeds: Feeds) {
  return session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]])));
}

function floatsOf(name: string, { type, data }: HostTensor): Float32Array {
  if (!(data instanceof Float32Array)) throw new Error(`"${name}" comes as ${type}`);
  return data;
}
