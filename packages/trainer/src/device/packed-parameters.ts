import type { GraphTrace, Value } from '../ops/tracer.ts';
import type { Pack, PackMember } from './packs.ts';

/** Parameters cut out of their packs, which are inputs; those that are in none are inputs themselves. */
export class PackedParameters {
  readonly #trace: GraphTrace;
  readonly #packs: readonly Pack[];
  readonly #vectors = new Map<string, Value>();

  constructor(trace: GraphTrace, packs: readonly Pack[]) {
    this.#trace = trace;
    this.#packs = packs;
  }

  /** A pack's weights: [length]. */
  weights({ name, length }: Pack): Value {
    const known = this.#vectors.get(name);
    if (known !== undefined) return known;
    const input = this.#trace.input(name, 'float32', [length]);
    this.#vectors.set(name, input);
    return input;
  }

  parameter(name: string, shape: readonly number[]): Value {
    for (const pack of this.#packs) {
      const member = pack.members.find((one) => one.name === name);
      if (member !== undefined) return this.#cut(pack, member);
    }
    return this.#trace.input(name, 'float32', shape);
  }

  /** The members' values as a vector of the pack. */
  pack({ members, length }: Pack, of: (name: string) => Value): Value {
    const trace = this.#trace;
    const parts = members.map(({ name, start, end }) =>
      trace.emit('Reshape', [of(name), trace.integers([-1])], [end - start]),
    );
    const rest = length - (members.at(-1)?.end ?? 0);
    if (rest > 0) parts.push(trace.once(`zeros:${rest}`, () => this.#zeros(rest)));
    if (parts.length === 1) return parts[0];
    return trace.emit('Concat', parts, [length], { attributes: { axis: { kind: 'int', value: 0 } } });
  }

  #zeros(count: number): Value {
    return this.#trace.emit('Expand', [this.#trace.scalar(0), this.#trace.integers([count])], [count]);
  }

  #cut(pack: Pack, { shape, start, end }: PackMember): Value {
    const trace = this.#trace;
    const all = this.weights(pack);
    const bounds = [[start], [end], [0]].map((place) => trace.integers(place));
    const flat = end - start === pack.length ? all : trace.emit('Slice', [all, ...bounds], [end - start]);
    return trace.emit('Reshape', [flat, trace.integers(shape)], shape);
  }
}
