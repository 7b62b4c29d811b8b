import { UserError } from '@retort/shared';
import type * as ort from 'onnxruntime-node';
import type { DeviceExecutor, DeviceResults, DeviceSession, DeviceTensor, HostTensor } from './executor.ts';
import { createSession, fromOrt, onnxruntimeVersion, sessionOptions, toOrtTensor, wrapSession } from './onnxruntime.ts';

/**
 * onnxruntime on the GPU, by the WebGPU (Dawn) that its npm package brings: Vulkan on Linux, Direct3D 12 on Windows, Metal
 * on macOS. What WebGPU has no kernel for runs on the CPU, with copies in between.
 */
export const onnxruntimeWebgpu: DeviceExecutor = {
  name: 'onnxruntime',
  device: 'webgpu',
  version: onnxruntimeVersion,
  async open(model, options = {}) {
    return wrapSession(await openOnGpu(model, sessionOptions('webgpu', options)));
  },
  async openOnDevice(model, onDevice) {
    const preferredOutputLocation = Object.fromEntries(onDevice.map((name) => [name, 'gpu-buffer'] as const));
    return wrapOnDevice(await openOnGpu(model, { ...sessionOptions('webgpu'), preferredOutputLocation }));
  },
};

/** A tensor of onnxruntime that lies in a GPU's buffer. Its data cannot be read from here: onnxruntime-node aborts. */
class GpuTensor implements DeviceTensor {
  readonly ort: ort.Tensor;

  constructor(tensor: ort.Tensor) {
    this.ort = tensor;
  }

  get type(): HostTensor['type'] {
    return this.ort.type as HostTensor['type'];
  }

  get shape(): readonly number[] {
    return this.ort.dims;
  }

  dispose(): void {
    this.ort.dispose();
  }
}

function wrapOnDevice(session: ort.InferenceSession): DeviceSession {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(inputs) {
      const feeds = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, toFeed(tensor)]));
      return sorted(await runOnGpu(session, feeds));
    },
    close: () => session.release(),
  };
}

function toFeed(tensor: HostTensor | DeviceTensor): ort.Tensor {
  if (tensor instanceof GpuTensor) return tensor.ort;
  if ('data' in tensor) return toOrtTensor(tensor);
  throw new Error('a tensor of another device cannot be fed');
}

function sorted(results: ort.InferenceSession.OnnxValueMapType): DeviceResults {
  const host: Record<string, HostTensor> = {};
  const device: Record<string, DeviceTensor> = {};
  for (const [name, tensor] of Object.entries(results)) {
    if (tensor.location === 'gpu-buffer') device[name] = new GpuTensor(tensor);
    else host[name] = fromOrt(tensor);
  }
  return { host, device };
}

async function openOnGpu(model: string | Uint8Array, options: ort.InferenceSession.SessionOptions) {
  try {
    return await createSession(model, options);
  } catch (cause) {
    throw openingError(cause);
  }
}

async function runOnGpu(session: ort.InferenceSession, feeds: Record<string, ort.Tensor>) {
  try {
    return await session.run(feeds);
  } catch (cause) {
    throw runError(cause);
  }
}

/** Where there is no GPU: what to do about it. Anything else is said as it is. */
export function openingError(cause: unknown): unknown {
  if (!/adapter/i.test(String(cause))) return cause;
  return new UserError('WebGPU finds no graphics processor here', {
    place: { field: '--device' },
    remedy:
      'install the driver of the graphics processor (on Linux one with Vulkan, and libvulkan1), or use the device cpu',
    cause,
  });
}

/** A run that fails is the device's failure: its memory is too small, or the driver was lost. */
export function runError(cause: unknown): UserError {
  const message = (cause as Error).message.trim();
  const memory = /out of memory|allocat|buffer size .* exceeds/i.test(message);
  return new UserError(
    memory ? `the graphics processor has too little memory: ${message}` : `the graphics processor failed: ${message}`,
    {
      place: { field: '--device' },
      remedy: memory
        ? 'use smaller batches or shorter texts, or the device cpu'
        : 'run it again, or use the device cpu',
      cause,
    },
  );
}
