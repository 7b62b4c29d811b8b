import type { HostTensor, Session, Tensors } from '../executor.ts';
import { CompiledGraph, type Ports } from './compiled-graph.ts';
import { describeFailure } from './failure.ts';
import { type GraphCache, noCache } from './graph-cache.ts';
import type { OpenVino } from './library.ts';
import type { Handle } from './prototypes.ts';

export interface GraphOptions {
  /** Whether the graph is compiled for each set of input shapes, or once for all. */
  readonly fixedShapes: boolean;
  /** How many sets of shapes are kept compiled. */
  readonly keptShapes: number;
  /** Inputs whose shapes are not fixed in either case. */
  readonly varying: readonly string[];
  /** The model's file, for messages. */
  readonly file?: string;
  /** Default: none. */
  readonly cache?: GraphCache;
}

/** A session of OpenVINO's. */
export class OpenVinoSession implements Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #library: OpenVino;
  readonly #core: Handle;
  readonly #model: Handle;
  readonly #options: GraphOptions;
  /** The shapes of the inputs -> what is compiled for them, the latest used last. */
  readonly #compiled = new Map<string, CompiledGraph>();
  /** Runs come one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** Core and model are freed with the session. */
  constructor(library: OpenVino, core: Handle, model: Handle, options: GraphOptions) {
    this.#library = library;
    this.#core = core;
    this.#model = model;
    this.#options = options;
    const { inputs, outputs } = this.#ports();
    this.inputNames = inputs.map(({ name }) => name);
    this.outputNames = outputs.map(({ name }) => name);
  }

  /** Compiles a graph of any shapes, before the first run asks for it. */
  async prepare(): Promise<void> {
    if (!this.#options.fixedShapes) await this.#graphFor({});
  }

  run(inputs: Tensors, { outputs, into = {} }: { readonly outputs?: readonly string[]; readonly into?: Tensors } = {}) {
    return this.#inTurn(() =>
      this.#run(inputs, outputs ?? (Object.keys(into).length > 0 ? [] : this.outputNames), into),
    );
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#closed) return;
      this.#closed = true;
      for (const graph of this.#compiled.values()) graph.close();
      this.#compiled.clear();
      this.#library.functions.free('model', this.#model);
      this.#library.functions.free('core', this.#core);
    });
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#last.then(act, act);
    this.#last = done;
    return done;
  }

  async #run(inputs: Tensors, wanted: readonly string[], into: Tensors): Promise<Record<string, HostTensor>> {
    if (this.#closed) throw new Error('the session is closed');
    for (const name of [...wanted, ...Object.keys(into)]) {
      if (!this.outputNames.includes(name)) throw new TypeError(`the model has no output "${name}"`);
    }
    const graph = await this.#graphFor(inputs);
    try {
      return await graph.run(inputs, wanted, into);
    } catch (cause) {
      throw describeFailure(cause, 'OpenVINO cannot run the model', this.#options.file);
    }
  }

  async #graphFor(inputs: Tensors): Promise<CompiledGraph> {
    const { fixedShapes, keptShapes, varying } = this.#options;
    const fixed = fixedShapes ? this.inputNames.filter((name) => !varying.includes(name)) : [];
    const shapes = new Map(fixed.map((name) => [name, shapeOf(inputs, name)] as const));
    const key = [...shapes.values()].map((shape) => shape.join('x')).join();
    const known = this.#compiled.get(key);
    if (known !== undefined) {
      this.#compiled.delete(key);
      this.#compiled.set(key, known);
      return known;
    }
    // Before and not after: compiling takes memory.
    for (const [oldest, graph] of [...this.#compiled].slice(0, Math.max(0, this.#compiled.size + 1 - keptShapes))) {
      graph.close();
      this.#compiled.delete(oldest);
    }
    const graph = await this.#compile(key, shapes);
    this.#compiled.set(key, graph);
    return graph;
  }

  async #compile(key: string, shapes: ReadonlyMap<string, readonly number[]>): Promise<CompiledGraph> {
    const { functions, types } = this.#library;
    try {
      if (shapes.size > 0) await functions.reshape(this.#model, shapes);
      const ports = this.#ports();
      const compiled = await (this.#options.cache ?? noCache).around(key, (folder = '') => {
        functions.setProperty(this.#core, 'CACHE_DIR', folder);
        return functions.compile(this.#core, this.#model);
      });
      return new CompiledGraph(functions, types, compiled, ports);
    } catch (cause) {
      throw describeFailure(cause, 'OpenVINO cannot compile the model', this.#options.file);
    }
  }

  #ports(): Ports {
    const { functions } = this.#library;
    return { inputs: functions.ports(this.#model, 'input'), outputs: functions.ports(this.#model, 'output') };
  }
}

function shapeOf(inputs: Tensors, name: string): readonly number[] {
  const tensor = inputs[name];
  if (tensor === undefined) throw new TypeError(`"${name}" is missing`);
  return tensor.shape;
}
