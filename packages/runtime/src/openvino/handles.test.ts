import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { node, writeModel } from '@retort/onnx';
import type { HostTensor } from '../executor.ts';
import { hasOpenVino } from '../testing/openvino.ts';
import { type Kind, OpenVinoError, OpenVinoFunctions, type Side } from './bindings.ts';
import { openvino } from './executor.ts';
import { openVino } from './library.ts';
import type { Handle, Koffi } from './prototypes.ts';

const value = (name: string) => ({ name, type: 'float32' as const, shape: ['n'] });
/** double = x + x, for x [n] */
const twice = writeModel({
  irVersion: 8,
  producer: 'test',
  opsets: { '': 17 },
  metadata: {},
  graph: {
    ...{ name: 'test', inputs: [value('x')], outputs: [value('double')], initializers: new Map(), values: [] },
    nodes: [node('Add', ['x', 'x'], ['double'])],
  },
});
const x: HostTensor = { type: 'float32', shape: [2], data: Float32Array.of(1, 2) };

/** OpenVINO, which refuses one call at a time, and what of it has not been freed. */
class CountedFunctions extends OpenVinoFunctions {
  readonly held: string[] = [];
  refused: 'ports' | 'createRequest' | 'setTensor' | 'infer' | undefined;

  #hold(kind: Kind, handle: Handle): Handle {
    this.held.push(`${kind} ${handle}`);
    return handle;
  }

  #maybeRefuse(call: typeof this.refused): void {
    if (this.refused === call) throw new OpenVinoError(`${call} is refused`);
  }

  override createCore() {
    return this.#hold('core', super.createCore());
  }
  override async readBytes(core: Handle, bytes: Uint8Array) {
    return this.#hold('model', await super.readBytes(core, bytes));
  }
  override ports(model: Handle, side: Side) {
    this.#maybeRefuse('ports');
    return super.ports(model, side);
  }
  override async compile(core: Handle, model: Handle) {
    return this.#hold('compiled_model', await super.compile(core, model));
  }
  override createRequest(compiled: Handle) {
    this.#maybeRefuse('createRequest');
    return this.#hold('infer_request', super.createRequest(compiled));
  }
  override hostTensor(...args: Parameters<OpenVinoFunctions['hostTensor']>) {
    return this.#hold('tensor', super.hostTensor(...args));
  }
  override setTensor(request: Handle, name: string, tensor: Handle) {
    this.#maybeRefuse('setTensor');
    super.setTensor(request, name, tensor);
  }
  override async infer(request: Handle) {
    this.#maybeRefuse('infer');
    await super.infer(request);
  }
  override free(kind: Kind, handle: Handle) {
    // An address may come again for an object of another kind.
    const place = this.held.indexOf(`${kind} ${handle}`);
    if (place < 0) throw new Error(`${kind} ${handle} is freed, and not held`);
    this.held.splice(place, 1);
    super.free(kind, handle);
  }
}

(hasOpenVino ? describe : describe.skip)('of OpenVINO', () => {
  const counted = () => {
    const library = openVino();
    const koffi: Koffi = createRequire(import.meta.url)('koffi');
    const functions = new CountedFunctions(koffi, koffi.load(library.path));
    return { functions, executor: openvino('fp32', { ...library, functions }) };
  };

  it.each([['ports'], ['createRequest']] as const)('nothing is left of a session whose %s fails', async (call) => {
    const { functions, executor } = counted();
    functions.refused = call;
    await expect(executor.open(twice)).rejects.toThrow(`${call} is refused`);
    expect(functions.held).toEqual([]);
  });

  it.each([['createRequest'], ['setTensor'], ['infer']] as const)(
    'a run whose %s fails leaves nothing behind the session, which goes on',
    async (call) => {
      const { functions, executor } = counted();
      const session = await executor.open(twice, { shapes: 'fixed' });
      functions.refused = call;
      await expect(session.run({ x })).rejects.toThrow(`${call} is refused`);
      functions.refused = undefined;
      const { double } = await session.run({ x });
      await session.close();
      expect([[...double.data], functions.held]).toEqual([[2, 4], []]);
    },
  );
});
