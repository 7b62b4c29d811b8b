import { availableParallelism } from 'node:os';
import { UserError } from '@retort/shared';
import * as ort from 'onnxruntime-node';
import { needsExactProducts } from './exact-products.ts';
import type { Executor, HostTensor, Session, SessionOptions, TensorData, Tensors } from './executor.ts';

export const onnxruntimeVersion = ort.env.versions.node ?? 'unknown';

/** onnxruntime on the CPU, out of the npm package. */
export const onnxruntimeCpu: Executor = onnxruntimeOn('cpu');

/** onnxruntime with one of its execution providers. What that one has no kernel for runs on the CPU. */
export function onnxruntimeOn(provider: 'cpu' | 'cuda' | 'dml' | 'coreml'): Executor {
  return {
    name: 'onnxruntime',
    device: provider,
    version: onnxruntimeVersion,
    async open(model, options = {}) {
      return wrapSession(await createSession(model, sessionOptions(provider, options)));
    },
  };
}

/** A UserError where the model cannot be loaded. */
export async function createSession(
  model: string | Uint8Array,
  options: ort.InferenceSession.SessionOptions,
): Promise<ort.InferenceSession> {
  try {
    // Two calls, for `create` has an overload for each kind of model.
    return typeof model === 'string'
      ? await ort.InferenceSession.create(model, options)
      : await ort.InferenceSession.create(model, options);
  } catch (cause) {
    throw new UserError(`onnxruntime cannot load the model: ${(cause as Error).message}`, {
      place: typeof model === 'string' ? { file: model } : {},
      remedy: 'make the model again, or check that it is an ONNX file',
      cause,
    });
  }
}

const saturating = needsExactProducts();

export function sessionOptions(
  provider: string,
  {
    threads = availableParallelism(),
    spinning = false,
    optimize = true,
    arena = true,
    exactProducts = true,
    memoryPattern = true,
  }: SessionOptions = {},
): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: optimize ? 'all' : 'disabled',
    enableCpuMemArena: arena,
    enableMemPattern: memoryPattern,
    // 3: errors only. Its warnings are about graphs, and our users did not write the graph.
    logSeverityLevel: 3,
    extra: {
      // WebGPU's kernel for products that transpose as they read takes nearly twice as long: a transposition apart is left apart.
      ...(provider === 'webgpu' && { optimization: { disable_specified_optimizers: 'GemmTransposeFusion' } }),
      session: {
        intra_op: { allow_spinning: spinning ? '1' : '0' },
        // Where a processor would saturate sums of uint8 x int8 products, constant int8 weights that are large enough for it run as uint8,
        // by slower kernels that are exact. Elsewhere it would cost time for nothing.
        x64quantprecision: saturating && exactProducts ? '1' : '0',
      },
    },
  };
}

export function wrapSession(session: ort.InferenceSession): Session {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(inputs, { outputs, into } = {}) {
      const feeds = toOrt(inputs);
      const fetches = into === undefined ? outputs : { ...namesToNull(outputs ?? []), ...toOrt(into) };
      const results = fetches === undefined ? await session.run(feeds) : await session.run(feeds, fetches);
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, into?.[name] ?? fromOrt(tensor)]),
      );
    },
    close: () => session.release(),
  };
}

function toOrt(tensors: Tensors): Record<string, ort.Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toOrtTensor(tensor)]));
}

export function toOrtTensor({ type, data, shape }: HostTensor): ort.Tensor {
  return new ort.Tensor(type, data, [...shape]);
}

export function fromOrt(tensor: ort.Tensor): HostTensor {
  return { type: tensor.type as HostTensor['type'], shape: tensor.dims, data: tensor.data as TensorData };
}

function namesToNull(names: readonly string[]): Record<string, null> {
  return Object.fromEntries(names.map((name) => [name, null]));
}
