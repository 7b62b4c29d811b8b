import { describe, expect, it } from '@jest/globals';
import type { HostTensor, Session, Tensors } from '../executor.ts';
import { withRoundedLengths } from './rounded-lengths.ts';

const int64 = (shape: number[], ...values: number[]): HostTensor => ({
  type: 'int64',
  shape,
  data: BigInt64Array.from(values, BigInt),
});

/** What the session within is given. */
async function given(inputs: Tensors, longest = 512, inputNames = Object.keys(inputs)): Promise<Tensors> {
  let seen: Tensors = {};
  const session: Session = {
    inputNames,
    outputNames: ['logits'],
    run: async (tensors) => {
      seen = tensors;
      return {};
    },
    close: async () => undefined,
  };
  await withRoundedLengths(session, longest).run(inputs);
  return seen;
}

describe('a session with rounded lengths', () => {
  const ids = int64([2, 3], 1, 2, 3, 4, 5, 6);
  const mask = int64([2, 3], 1, 1, 1, 1, 1, 1);

  it('pads each row to a multiple of 32 tokens, which the mask leaves out', async () => {
    const { input_ids, attention_mask } = await given({ input_ids: ids, attention_mask: mask });
    expect([input_ids.shape, attention_mask.shape]).toEqual([
      [2, 32],
      [2, 32],
    ]);
    expect([...input_ids.data.subarray(32, 36)].map(Number)).toEqual([4, 5, 6, 0]);
    expect([...attention_mask.data].reduce((sum: number, value) => sum + Number(value), 0)).toBe(6);
  });

  it('pads to no more than the model takes', async () => {
    expect((await given({ input_ids: ids, attention_mask: mask }, 5)).input_ids.shape).toEqual([2, 5]);
  });

  it.each([32, 64, 512])('leaves %i tokens as they are', async (length) => {
    const inputs = { attention_mask: int64([1, length], ...Array(length).fill(1)) };
    expect(await given(inputs)).toBe(inputs);
  });

  it('leaves alone what is longer than the model takes: the error is the model’s', async () => {
    const inputs = { input_ids: ids, attention_mask: mask };
    expect(await given(inputs, 2)).toBe(inputs);
  });

  it('pads nothing where no mask is read', async () => {
    const inputs = { input_ids: ids };
    expect(await given(inputs)).toBe(inputs);
  });
});
