import { describe, expect, it } from '@jest/globals';
import { meanInterval } from '@retort/shared';
import { compareSeeds, type SeedReport } from './compare-seeds.ts';

const split = { name: 'test', n: 100, sha256: 'ab'.repeat(32) };
const report = (seed: number, teacher: number, student: number, auroc: number | null = 0.9): SeedReport => ({
  seed,
  split,
  models: [
    { name: 'teacher', accuracy: teacher, macroF1: teacher - 0.1, loss: 1 - teacher, auroc: 0.95 },
    { name: 'student', accuracy: student, macroF1: student - 0.1, loss: 1 - student, auroc },
  ],
});

describe('compareSeeds', () => {
  // The teacher varies by 0.2, the student always loses 0.01.
  const reports = [report(1, 0.7, 0.69), report(2, 0.9, 0.89), report(3, 0.8, 0.79)];
  const results = compareSeeds('essays', reports);

  it('gives each model the mean and the interval over the seeds', () => {
    const [teacher] = results.models;
    expect(teacher).toMatchObject({ name: 'teacher', accuracy: { values: [0.7, 0.9, 0.8] } });
    const { mean, interval } = meanInterval([0.7, 0.9, 0.8]);
    expect(teacher.accuracy).toMatchObject({ mean, interval: [interval[0], 1] });
    expect(teacher.macroF1).toMatchObject(meanInterval([0.7, 0.9, 0.8].map((value) => value - 0.1)));
  });

  it('cuts an interval where the figure, or the difference, ends', () => {
    const { models, differences } = compareSeeds('essays', [report(1, 0.999, 0.1), report(2, 0.99, 0.9)]);
    expect([models[0].accuracy?.interval[1], models[0].loss?.interval[0]]).toEqual([1, 0]);
    expect(models[1].accuracy?.interval).toEqual([0, 1]);
    expect(differences[0].accuracy?.interval).toEqual([-1, 1]);
    expect(differences[0].loss?.interval[0]).toBeLessThan(-1);
  });

  it('pairs the differences by seed: what a seed does to both models falls out', () => {
    const [{ name, accuracy, loss }] = results.differences;
    expect(name).toBe('student');
    expect(accuracy?.mean).toBeCloseTo(-0.01, 12);
    expect(accuracy?.interval[0]).toBeCloseTo(-0.01, 12);
    expect(loss?.mean).toBeCloseTo(0.01, 12);
  });

  it('has no differences for the teacher itself', () => {
    expect(results.differences).toHaveLength(1);
  });

  it('gives no figure that a report lacks', () => {
    const [, student] = compareSeeds('essays', [report(1, 0.7, 0.69), report(2, 0.9, 0.89, null)]).models;
    expect([student.auroc, student.accuracy?.values]).toEqual([null, [0.69, 0.89]]);
  });

  it('leaves out a model that a report lacks', () => {
    const teacherAlone = { ...report(2, 0.9, 0), models: report(2, 0.9, 0).models.slice(0, 1) };
    expect(compareSeeds('essays', [report(1, 0.7, 0.69), teacherAlone]).models.map(({ name }) => name)).toEqual([
      'teacher',
    ]);
  });
});
