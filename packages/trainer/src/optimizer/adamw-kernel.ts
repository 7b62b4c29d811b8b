/**
 * AdamW on float32 in WebAssembly SIMD, four elements at a time: several times as fast as a JavaScript loop. The arrays
 * stay where they are; a part of them after the other passes through a scratch memory that fits the processor's cache.
 */

/** Elements in the scratch memory: with weights, gradient and both moments 256 kB. */
export const kernelCapacity = 16_384;

/** The numbers that one step needs; `adamWSteps` has the formula. */
export interface KernelConstants {
  readonly gradientScale: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Learning rate over the first moment's bias correction. */
  readonly rate: number;
  /** 1 / sqrt(second moment's bias correction). */
  readonly root: number;
  readonly epsilon: number;
  /** 1 - learning rate * weight decay. */
  readonly keep: number;
}

export interface AdamWKernel {
  readonly weights: Float32Array;
  readonly gradient: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** One step on the first `count` elements of the four arrays above. */
  run(count: number, constants: KernelConstants): void;
}

const bytesInBlock = 4 * kernelCapacity;

export function createAdamWKernel(): AdamWKernel {
  const memory = new WebAssembly.Memory({ initial: (4 * bytesInBlock) / 65_536 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble()), { retort: { memory } });
  const block = (index: number) => new Float32Array(memory.buffer, index * bytesInBlock, kernelCapacity);
  return {
    weights: block(0),
    gradient: block(1),
    first: block(2),
    second: block(3),
    run(count, { gradientScale, beta1, beta2, rate, root, epsilon, keep }) {
      // Whole vectors: up to three elements past `count` are computed too, and nobody reads them.
      exports.step(
        16 * Math.ceil(count / 4),
        gradientScale,
        beta1,
        1 - beta1,
        beta2,
        1 - beta2,
        rate,
        root,
        epsilon,
        keep,
      );
    },
  };
}

/** Parameters of the function: where it is to end, in bytes, then its constants. Their order is that of the locals. */
const parameters = ['end', 'scale', 'beta1', 'rest1', 'beta2', 'rest2', 'rate', 'root', 'epsilon', 'keep'] as const;
const variables = ['i', 'g', 'm', 'v'] as const;
type Local = (typeof parameters)[number] | (typeof variables)[number];

const get = (name: Local): number[] => [0x20, [...parameters, ...variables].indexOf(name)];
const set = (name: Local): number[] => [0x21, [...parameters, ...variables].indexOf(name)];
const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
/** A constant of the function in all four lanes. */
const lanes = (name: Local): number[] => [...get(name), ...simd(0x13)];
const load = (block: number): number[] => [...get('i'), ...simd(0x00), 0, ...unsigned(block * bytesInBlock)];
const store = (block: number, value: number[]): number[] => [
  ...get('i'),
  ...value,
  ...simd(0x0b),
  0,
  ...unsigned(block * bytesInBlock),
];
const binary = (opcode: number) => (a: number[], b: number[]) => [...a, ...b, ...simd(opcode)];
const [add, sub, mul, div] = [0xe4, 0xe5, 0xe6, 0xe7].map(binary);
const sqrt = (a: number[]): number[] => [...a, ...simd(0xe3)];

/** The body of the function: the formula of `adamWSteps`, in a loop over vectors of four elements. */
function body(): number[] {
  const update = sub(
    mul(lanes('keep'), load(0)),
    div(mul(lanes('rate'), get('m')), add(mul(sqrt(get('v')), lanes('root')), lanes('epsilon'))),
  );
  return [
    ...[0x03, 0x40], // loop
    ...[...mul(load(1), lanes('scale')), ...set('g')],
    ...[...add(mul(lanes('beta1'), load(2)), mul(lanes('rest1'), get('g'))), ...set('m')],
    ...[...add(mul(lanes('beta2'), load(3)), mul(lanes('rest2'), mul(get('g'), get('g')))), ...set('v')],
    ...[...store(2, get('m')), ...store(3, get('v')), ...store(0, update)],
    ...[...get('i'), 0x41, 16, 0x6a, ...set('i')], // i += 16
    ...[...get('i'), ...get('end'), 0x49, 0x0d, 0], // again if i < end
    ...[0x0b, 0x0b], // end of the loop, end of the function
  ];
}

/** The module's bytes: one function of type (i32, f32 x 9) -> (), over an imported memory. */
function assemble(): Uint8Array<ArrayBuffer> {
  const [i32, f32, v128] = [0x7f, 0x7d, 0x7b];
  const name = (text: string) => [text.length, ...Buffer.from(text)];
  const section = (id: number, content: number[]) => [id, ...unsigned(content.length), ...content];
  const locals = [2, 1, i32, 3, v128];
  const code = [...locals, ...body()];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, parameters.length, i32, ...Array<number>(parameters.length - 1).fill(f32), 0]),
    ...section(2, [1, ...name('retort'), ...name('memory'), 0x02, 0x00, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('step'), 0x00, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

/** LEB128, as WebAssembly writes whole numbers. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
