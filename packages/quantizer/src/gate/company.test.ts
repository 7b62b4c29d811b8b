import { describe, expect, it } from '@jest/globals';
import { writeModel } from '@retort/onnx';
import { bertLike } from '../testing/bert-like.ts';
import { makeSubject } from '../testing/gate-subject.ts';
import { withOutliers } from '../testing/sabotage.ts';
import { quantizeBut, withSession } from './candidate.ts';
import { batchFeeds, measureCompany } from './company.ts';
import { extremeInputs } from './extreme-inputs.ts';

async function companyOf(quantized: boolean, model = bertLike()) {
  const subject = await makeSubject(model);
  const bytes = writeModel(quantized ? quantizeBut(subject, []) : subject.model);
  return withSession(subject, bytes, (session) => measureCompany(session, subject.texts, 20, 'model.onnx'));
}

describe('company', () => {
  it('changes nothing in fp32', async () => {
    expect((await companyOf(false)).largest).toBeLessThan(1e-5);
  });

  it('changes probabilities where the ranges are found in each run', async () => {
    const { n, largest, p99, mixed, extreme } = await companyOf(true);
    expect(n).toBe(20);
    expect(mixed.largest).toBeGreaterThan(1e-4);
    expect(extreme.largest).toBeGreaterThan(1e-4);
    expect([largest, p99 <= largest]).toEqual([Math.max(mixed.largest, extreme.largest), true]);
  });

  it('is measured the same twice', async () => {
    expect(await companyOf(true)).toEqual(await companyOf(true));
  });

  it('changes more where an activation has outliers', async () => {
    const sound = await companyOf(true);
    expect((await companyOf(true, withOutliers(bertLike(), 1, 30))).largest).toBeGreaterThan(sound.largest);
  });
});

describe('a padded batch', () => {
  const batch = [Int32Array.of(2, 7, 8, 3), Int32Array.of(2, 3)];
  const session = {
    inputNames: ['input_ids', 'attention_mask'],
    outputNames: [],
    run: async () => ({}),
    close: async () => {},
  };

  it('has the padding token after the shorter texts, and no attention there', () => {
    const { input_ids, attention_mask } = batchFeeds(session, batch, 9);
    expect([...input_ids.data]).toEqual([2n, 7n, 8n, 3n, 2n, 3n, 9n, 9n]);
    expect([...attention_mask.data]).toEqual([1n, 1n, 1n, 1n, 1n, 1n, 0n, 0n]);
  });

  it('has the shape [batch, longest] and only the inputs that the model knows', () => {
    const feeds = batchFeeds(session, batch, 9);
    expect(Object.keys(feeds)).toEqual(['input_ids', 'attention_mask']);
    expect(feeds.input_ids.shape).toEqual([2, 4]);
  });
});

describe('extreme inputs', () => {
  const inputs = extremeInputs({ vocabularySize: 50, unkId: 1 }, [
    Int32Array.of(2, 9, 3),
    Int32Array.of(2, 9, 9, 9, 3),
  ]);

  it('begin and end as texts do, and are as long as the longest, but for the empty one', () => {
    expect(inputs.map((ids) => [ids[0], ids[ids.length - 1], ids.length])).toEqual([
      [2, 3, 2],
      ...Array.from({ length: 7 }, () => [2, 3, 5]),
    ]);
  });

  it('have one of unknown tokens alone', () => {
    expect([...inputs[1]]).toEqual([2, 1, 1, 1, 3]);
  });
});
