import { beforeAll, describe, expect, it } from '@jest/globals';
import { readModel } from '@retort/onnx';
import { gateSchema } from '@retort/shared';
import { bertLike } from '../testing/bert-like.ts';
import { makeSubject } from '../testing/gate-subject.ts';
import { withOutliers } from '../testing/sabotage.ts';
import type { Subject } from './candidate.ts';
import { type Passage, passGate } from './pass.ts';
import { makePortable } from './portable.ts';

const gate = gateSchema.parse({ sensitivityTexts: 12, meanLogitChange: 0.05 });

describe('the portable file', () => {
  let subject: Subject;
  let passage: Passage;
  beforeAll(async () => {
    subject = await makeSubject(withOutliers(bertLike(), 1));
    passage = await passGate(subject, gate);
  });

  it('keeps the layers that the gate kept, and says how it did', async () => {
    const { metadata } = readModel(await makePortable(subject, passage, gate));
    expect(metadata).toMatchObject({
      'retort.kept': '1.down.weight',
      'retort.gate': expect.stringMatching(/^agreement [\d.]+, p [\d.]+, n 40$/),
    });
  });

  it('is refused, with its figures, where it does not do as the fp32 model', async () => {
    const other = { ...passage, parentLogits: passage.parentLogits.map((logit) => -logit) };
    await expect(makePortable(subject, other, gate)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^tiny passes the gate, but not in ONNX's own operators\n\nkept in fp32/),
      place: { file: 'model.onnx' },
    });
  });
});
