import { describe, expect, it } from '@jest/globals';
import type { HostTensor, Trial } from '@retort/runtime';
import { isBitEqual, measureCompany } from './company.ts';

const options = { labelCount: 2, maxTokens: 512, ids: [101, 102, 30_522] } as const;

interface Behaviour {
  /** Milliseconds of a run of `size` inputs of `length` tokens each. */
  ms?(length: number, size: number): number;
  /** Added to the logits of an input, by the number that share its run. */
  company?(size: number): number;
}

/** A model whose times are known, and whose logits are sums of ids. */
function model({ ms = () => 1, company = () => 0 }: Behaviour): Trial {
  return {
    inputNames: ['input_ids'],
    outputNames: ['logits'],
    async run({ input_ids: { data, shape } }) {
      const [size, length] = shape;
      const logits = Float32Array.from({ length: 2 * size }, (_, at) => {
        let sum = company(size);
        for (let i = 0; i < length; i++) sum += Number(data[Math.floor(at / 2) * length + i]);
        return sum;
      });
      const outputs: Record<string, HostTensor> = { logits: { type: 'float32', shape: [size, 2], data: logits } };
      return { outputs, ms: ms(length, size) };
    },
  };
}

describe('company, by measurement', () => {
  it('goes up to the length that gains by it, and the tokens with which it gains most', async () => {
    // Each run costs 100 ms more than its tokens; above 32 tokens company costs more than it saves.
    const ms = (length: number, size: number) => 100 + length * size * (length > 32 && size > 1 ? 10 : 1);
    expect(await measureCompany(model({ ms }), options)).toEqual({ longest: 32, tokens: 32 * 16 });
  });

  it('is no larger than pays', async () => {
    const ms = (_: number, size: number) => 100 + (size > 4 ? 1000 : 0);
    expect(await measureCompany(model({ ms }), { ...options, maxTokens: 16 })).toEqual({ longest: 16, tokens: 16 * 4 });
  });

  it('is none where nothing gains', async () => {
    expect(await measureCompany(model({ ms: (length, size) => length * size }), options)).toBeUndefined();
  });

  it('is none where it gains less than a tenth', async () => {
    const ms = (length: number, size: number) => length * size * (size > 1 ? 0.95 : 1);
    expect(await measureCompany(model({ ms }), options)).toBeUndefined();
  });

  it('counts the fastest of several runs', async () => {
    let runs = 0;
    const ms = (length: number, size: number) => (++runs % 3 === 0 ? 100 + length * size : 10_000);
    expect(await measureCompany(model({ ms }), options)).toEqual({ longest: 128, tokens: 128 * 16 });
  });

  it('tries no length that the model does not read', async () => {
    const lengths = new Set<number>();
    const ms = (length: number) => {
      lengths.add(length);
      return 100;
    };
    await measureCompany(model({ ms }), { ...options, maxTokens: 32 });
    expect([...lengths]).toEqual([8, 16, 32]);
  });
});

describe('company changes', () => {
  it('no bit where each input is computed by itself', async () => {
    expect(await isBitEqual(model({}), options)).toBe(true);
  });

  it('a bit where the logits depend on the number of inputs', async () => {
    expect(await isBitEqual(model({ company: (size) => (size > 4 ? 1 : 0) }), options)).toBe(false);
  });
});
