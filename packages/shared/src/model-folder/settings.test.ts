import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decisionRule, type ModelSettings, modelSettingsJson, readModelSettings } from './settings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const settings: ModelSettings = {
  longTexts: 'windows',
  maxTokens: 128,
  hygiene: 1,
  calibration: {
    temperature: 1.25,
    threshold: { label: 'ai', value: 0.4 },
    fittedOn: { split: 'validation', n: 300, sha256: 'ab'.repeat(32) },
  },
};
const write = (content: string) => writeFileSync(join(folder, 'retort.json'), content);

describe('retort.json', () => {
  it('is read as it was written', () => {
    write(modelSettingsJson(settings));
    expect(readModelSettings(folder, 512)).toEqual(settings);
  });

  it('may lack: then the beginning is read and nothing is calibrated', () => {
    expect(readModelSettings(folder, 512)).toEqual({ longTexts: 'head', maxTokens: 512 });
  });

  it.each([
    ['no JSON', '{', 'the file is not JSON', ''],
    ['another format', { format: 2 }, 'expected 1', 'format'],
    ['an unknown policy', { longTexts: 'tail' }, 'Invalid option', 'longTexts'],
    ['the hygiene of a later version', { hygiene: 2 }, 'expected 1', 'hygiene'],
    ['no length', { maxTokens: undefined }, 'expected number', 'maxTokens'],
    [
      'a temperature of 0',
      { calibration: { ...settings.calibration, temperature: 0 } },
      '>0',
      'calibration.temperature',
    ],
  ])('is refused with %s', (_, change, message, field) => {
    write(typeof change === 'string' ? change : JSON.stringify({ format: 1, ...settings, ...change }));
    expect(() => readModelSettings(folder, 512)).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message: expect.stringContaining(message),
        place: expect.objectContaining({ field: field === '' ? undefined : field }),
      }),
    );
  });
});

describe('decisionRule', () => {
  it('knows the label of the threshold by its number', () => {
    expect(decisionRule(settings, ['human', 'ai'], folder)).toEqual({
      temperature: 1.25,
      threshold: { label: 1, value: 0.4 },
    });
  });

  it('is the most probable label where nothing is calibrated', () => {
    expect(decisionRule({ longTexts: 'head', maxTokens: 8 }, ['a', 'b', 'c'], folder)).toEqual({ temperature: 1 });
  });

  it.each([[['human', 'machine']], [['human', 'ai', 'both']]])('refuses a threshold for a model of %p', (labels) => {
    expect(() => decisionRule(settings, labels, folder)).toThrow('a threshold for "ai" does not fit');
  });
});
