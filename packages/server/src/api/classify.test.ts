import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onnxFile, ownWorkers, postJson, readJson, testApp } from '../../test/test-app.ts';
import { maxTokens, writeTinyModel } from '../../test/tiny-model.ts';
import { openService, type Service } from '../inference/index.ts';
import type { ClassifyResponse } from './classify.ts';

/** A model that abstains on texts of fewer than 4 tokens, and where the log-odds are below 1. */
let folder: string;
let service: Service;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
  const fittedOn = { split: 'validation', n: 300, sha256: 'ab'.repeat(32) };
  const abstention = { margin: 1, minTokens: 4, answered: 0.9, accuracy: 0.99 };
  writeTinyModel(join(folder, 'doubting'), {
    settings: { longTexts: 'head', maxTokens, calibration: { temperature: 1, abstention, fittedOn } },
  });
  const variants = [{ model: { id: 'doubting', folder: join(folder, 'doubting'), onnxFile } }];
  service = await openService({ ...ownWorkers(folder), variants });
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});
const app = testApp(() => service);

describe('an answer of POST /v1/classify', () => {
  it.each([
    ['a text too short', 'delve', true, 'short'],
    ['an answer in the band', 'the the the', true, 'uncertain'],
    ['a sure answer', 'delve delve delve', false, undefined],
  ])('says of %s whether the model abstained, and why', async (_, text, abstained, because) => {
    const { results } = await readJson<ClassifyResponse>(postJson(app(), '/v1/classify', { text }));
    expect([results[0].abstained, results[0].abstained_because]).toEqual([abstained, because]);
  });
});
