import { writeModel } from '@retort/onnx';
import type { DeviceExecutor, DeviceSession, DeviceTensor } from '@retort/runtime';
import { GraphTrace } from '../ops/tracer.ts';

/** Float32 tensors that stay on a device, by name; they come there and back by graphs that do nothing else. */
export class DeviceMemory {
  readonly #executor: DeviceExecutor;
  readonly #tensors = new Map<string, DeviceTensor>();
  /** By direction and number of axes, each opened when it is needed first. */
  readonly #sessions = new Map<string, Promise<DeviceSession>>();

  constructor(executor: DeviceExecutor) {
    this.#executor = executor;
  }

  /** All that is kept, to be fed into a run. */
  get tensors(): Readonly<Record<string, DeviceTensor>> {
    return Object.fromEntries(this.#tensors);
  }

  get(name: string): DeviceTensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new Error(`the device has no "${name}"`);
    return tensor;
  }

  /** Keeps what is on the device already; what went by that name before is given back. */
  keep(name: string, tensor: DeviceTensor): void {
    this.#tensors.get(name)?.dispose();
    this.#tensors.set(name, tensor);
  }

  async upload(name: string, { shape, data }: { shape: readonly number[]; data: Float32Array }): Promise<void> {
    const session = await this.#session('up', shape.length);
    const { device } = await session.run({ x: { type: 'float32', shape, data } });
    this.keep(name, device.y);
  }

  /** A copy in JavaScript's memory. */
  async download(name: string): Promise<Float32Array> {
    const tensor = this.get(name);
    const session = await this.#session('down', tensor.shape.length);
    const { host } = await session.run({ x: tensor });
    if (!(host.y.data instanceof Float32Array)) throw new Error(`a tensor comes back as ${host.y.type}`);
    return host.y.data;
  }

  async close(): Promise<void> {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
    for (const session of this.#sessions.values()) await (await session).close();
    this.#sessions.clear();
  }

  #session(direction: 'up' | 'down', rank: number): Promise<DeviceSession> {
    const key = `${direction} ${rank}`;
    const session = this.#sessions.get(key) ?? this.#executor.openOnDevice(copy(rank), direction === 'up' ? ['y'] : []);
    this.#sessions.set(key, session);
    return session;
  }
}

/** y = x */
function copy(rank: number): Uint8Array {
  const trace = new GraphTrace();
  const shape = Array.from({ length: rank }, (_, axis) => `axis_${axis}`);
  return writeModel(trace.finish('copy', { y: trace.input('x', 'float32', shape) }));
}
