import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseExperiment } from './load.ts';
import { experimentJsonSchema } from './schema.ts';
import { stageSlice, stages } from './stages.ts';

const minimal = { data: { sources: [{ path: 'a.csv' }], labels: ['a', 'b'] } };
const parse = (value: unknown) => parseExperiment(JSON.stringify(value), 'experiment.json');
const slices = (value: unknown) => stages.map((stage) => JSON.stringify(stageSlice(parse(value), stage)));
const touched = (change: object) => {
  const before = slices(minimal);
  return slices({ ...minimal, ...change }).flatMap((slice, i) => (slice === before[i] ? [] : [stages[i]]));
};

describe('experiment.schema.json', () => {
  it('is up to date; if not, renew it: nx run shared:schema', () => {
    const file = readFileSync(new URL('../../experiment.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(file)).toEqual(JSON.parse(experimentJsonSchema()));
  });

  it('demands no key that has a default', () => {
    expect(JSON.parse(experimentJsonSchema()).required).toEqual(['data']);
  });
});

describe('stageSlice', () => {
  it('has the defaults filled in', () => {
    expect(stageSlice(parse(minimal), 'quantize')).toEqual({
      quantization: {
        recipe: 'fixed-int8',
        embeddings: 'int8',
        reduceRange: true,
        calibrationTexts: 200,
        twin: false,
        portable: false,
        gate: {
          agreement: 0.995,
          accuracyLoss: 0.002,
          p: 0.05,
          mostKept: 8,
          sensitivityTexts: 64,
          company: 0.01,
          companyTexts: 128,
        },
      },
    });
  });

  it.each([
    [{ losses: { temperature: 3 } }, ['distill']],
    [{ student: { layers: 3 } }, ['distill']],
    [{ teacher: { hidden: 384 } }, ['finetune']],
    [{ data: { ...minimal.data, maxTextLength: 10 } }, ['prepare']],
    [{ report: { runs: 10 } }, ['report']],
    [{ evaluations: [{ name: 'web', path: 'web.csv' }] }, ['report']],
    [{ hygiene: false }, ['finetune', 'distill']],
    [{ seeds: [1, 2] }, []],
    [{ description: 'other words' }, []],
  ])('of %j changes for the stages that obey it: %j', (change, expected) => {
    expect(touched(change)).toEqual(expected);
  });
});
