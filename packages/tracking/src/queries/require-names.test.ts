import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertRun } from '../../testing/runs.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { type NamedParts, requireNames } from './require-names.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let empty: typeof database;
beforeAll(async () => {
  [database, empty] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const figures = { 'student-int8.loss': 1, 'teacher.accuracy': 0.9, 'student-int8.accuracy': 0.8 };
  await insertRun(database.sql, { stage: 'report', figures, config: { student: { layers: 2 }, labels: ['a'] } });
  await insertRun(database.sql, { stage: 'finetune', curves: { 'validation.accuracy': [0.5] }, archived: true });
  await insertRun(database.sql, { stage: 'other' });
});
afterAll(() => Promise.all([database.close(), empty.close()]));

describe('requireNames', () => {
  it.each<NamedParts>([
    { filter: 'stage in (finetune, other) and status != failed and validation.accuracy > 0.5' },
    { filter: 'figure(teacher.accuracy) > 0 or min(validation.accuracy) > 0 or config.student.layers = 2' },
    { filter: 'student.layers = 2 and config.student is not null and config.labels.0 = a' },
    // Stages that are there, whether or not they have run.
    { filter: 'stage = distill or stage ~ tune', sort: '-student-int8.loss' },
    { filter: 'stage = seeds' },
    { sort: '-started', metrics: ['validation.accuracy'], fields: ['seed', 'config.student.layers'] },
  ])('lets pass what runs have: %j', async (parts) => {
    await expect(requireNames(database.sql, parts)).resolves.toBeUndefined();
  });

  it.each<[NamedParts, string]>([
    [
      { filter: 'accuracy > 0.5' },
      'no run has "accuracy"; near it: student-int8.accuracy, teacher.accuracy, validation.accuracy',
    ],
    [{ filter: 'stage = report and not acuracy < 1' }, 'no run has "acuracy"; near it: student-int8.accuracy'],
    [{ filter: 'figure(validation.accuracy) > 0' }, 'no run has "validation.accuracy"'],
    [{ filter: 'min(student-int8.loss) > 0' }, 'no run has "student-int8.loss"'],
    [{ filter: 'config.student.layer = 2' }, 'no run has "config.student.layer"; near it: config.student.layers'],
    [{ sort: '-teacher.acuracy' }, 'no run has "teacher.acuracy"; near it: teacher.accuracy'],
    [{ metrics: ['validation.acuracy'] }, 'no run has "validation.acuracy"; near it: validation.accuracy'],
    [{ fields: ['config.student.width'] }, 'no run has "config.student.width"'],
    [{ filter: 'stage = distil' }, 'there is no stage "distil"; near it: distill, of prepare, finetune, distill'],
    [{ filter: 'stage in (report, x)' }, 'there is no stage "x"; there are prepare, finetune, distill'],
  ])('tells of a name that no run has, and of near ones: %j', async (parts, message) => {
    await expect(requireNames(database.sql, parts)).rejects.toThrow(message);
  });

  it('lets every name pass where nothing has run yet', async () => {
    await expect(requireNames(empty.sql, { filter: 'accuracy > 0.5', sort: 'loss' })).resolves.toBeUndefined();
  });
});
