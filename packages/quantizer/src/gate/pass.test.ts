import { beforeAll, describe, expect, it } from '@jest/globals';
import { type GateConfig, gateSchema } from '@retort/shared';
import { bertLike } from '../testing/bert-like.ts';
import { makeSubject } from '../testing/gate-subject.ts';
import { withOutliers } from '../testing/sabotage.ts';
import type { Subject } from './candidate.ts';
import { type Passage, passGate } from './pass.ts';
import { rankLayers } from './sensitivity.ts';

const gate: GateConfig = gateSchema.parse({ sensitivityTexts: 12, meanLogitChange: 0.05 });

describe('the gate', () => {
  it('lets a sound model through as it is', async () => {
    const { attempts, ranking } = await passGate(await makeSubject(bertLike()), gate);
    expect(attempts.map(({ kept }) => kept)).toEqual([[]]);
    expect(ranking).toBeUndefined();
  });
});

describe('a model with outliers in one layer', () => {
  let subject: Subject;
  let passage: Passage;
  beforeAll(async () => {
    subject = await makeSubject(withOutliers(bertLike(), 1));
    passage = await passGate(subject, gate);
  });

  it('is caught', () => {
    const [{ verdict }] = passage.attempts;
    expect(verdict.agreement).toBeLessThan(gate.agreement);
    expect(verdict.failures).toContainEqual(expect.stringContaining('mean change of the logits'));
  });

  it('is healed by keeping that layer', () => {
    const last = passage.attempts[passage.attempts.length - 1];
    expect([last.kept, last.verdict.failures]).toEqual([['1.down.weight'], []]);
  });

  it('has that layer at the top of its ranking', () => {
    expect(passage.ranking?.[0]).toMatchObject({ name: '1.down.weight', kind: 'linear' });
  });

  it('is larger by what the layer takes', () => {
    const [first, last] = passage.attempts;
    // 64 x 32 weights, three bytes more each, less 32 scales of four bytes; names and headers differ by some bytes.
    expect(Math.abs(last.bytes - first.bytes - (3 * 64 * 32 - 4 * 32))).toBeLessThan(1000);
  });
});

describe('a model that cannot be healed', () => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await makeSubject(withOutliers(withOutliers(bertLike(), 0), 1));
  });

  it('fails with the table of all attempts and layers', async () => {
    const failure = passGate(subject, { ...gate, mostKept: 1 });
    await expect(failure).rejects.toMatchObject({ name: 'UserError', place: { file: 'model.onnx' } });
    const message = await failure.catch((error: Error) => error.message);
    expect(message).toMatch(/^tiny does not pass the gate/);
    expect(message).toMatch(/\nnone +0\.\d+ /);
    expect(message).toMatch(/\n[01]\.down\.weight +0\.\d+ .* no\n/);
    expect(message).toMatch(/\n1\.down\.weight +linear /);
    expect(message).toMatch(/\nat last: .*mean change of the logits/);
  });

  it('is healed where more layers may be kept', async () => {
    const { attempts } = await passGate(subject, { ...gate, mostKept: 2 });
    expect([...attempts[attempts.length - 1].kept].sort()).toEqual(['0.down.weight', '1.down.weight']);
  });

  it('has a ranking in which both layers stand above all others', async () => {
    const ranking = await rankLayers(subject, 12);
    expect(
      ranking
        .slice(0, 2)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['0.down.weight', '1.down.weight']);
  });
});
