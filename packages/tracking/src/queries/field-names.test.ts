import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertRun } from '../../testing/runs.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { fieldNames } from './field-names.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

describe('fieldNames', () => {
  it('is empty before the first run', async () => {
    expect(await fieldNames(database.sql)).toEqual({ figures: [], metrics: [], config: [] });
  });

  it('names figures, curves and places of the configurations, each once', async () => {
    const config = { student: { layers: 2, deep: { er: true } }, labels: ['a', { b: 1 }], nothing: null };
    await insertRun(database.sql, { config, figures: { loss: 1, accuracy: 2 }, curves: { 'val loss': [1] } });
    await insertRun(database.sql, { config: { student: { layers: 6 } }, figures: { accuracy: 2 } });
    expect(await fieldNames(database.sql)).toEqual({
      figures: ['accuracy', 'loss'],
      metrics: ['val loss'],
      config: ['labels', 'nothing', 'student.deep.er', 'student.layers'],
    });
  });
});
