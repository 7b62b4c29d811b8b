import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTokenizer, type Experiment, type Progress, parseExperiment } from '@retort/shared';
import { goldenVocabulary, writeCheckpoint } from '../testing/checkpoints.ts';
import { goldenModel } from '../testing/golden.ts';
import { startStudent, startTeacher } from './start.ts';

const lines: string[] = [];
const progress: Progress = { update: () => undefined, line: (text) => lines.push(text), done: () => undefined };

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'retort-'));
  lines.length = 0;
});
afterEach(() => rmSync(workspace, { recursive: true }));

function experiment(models: object): Experiment {
  const data = { sources: [{ path: 'a.csv' }], labels: ['a', 'b'] };
  const config = parseExperiment(
    JSON.stringify({ data, maxTokens: 24, report: { lengths: [24] }, ...models }),
    'x.json',
  );
  return { name: 'x', folder: join(workspace, 'experiments/x'), workspace, config };
}
const checkpoint = (
  name: string,
  ...rest: Parameters<typeof writeCheckpoint> extends [string, ...infer R] ? R : never
) => writeCheckpoint(join(workspace, 'models', name), ...rest);
const teacher = { ...goldenModel('bert-gradient'), tokenizer: createTokenizer(goldenVocabulary) };
const place = (field: string) => ({ name: 'UserError', place: { file: 'experiments/x/experiment.json', field } });

async function teacherOf(models: object) {
  const { start, tokenizer } = await startTeacher(experiment(models), progress);
  return { tokenizer, ...(await start(['a', 'b'])) };
}

describe('startTeacher', () => {
  it('makes a random teacher of the size that is asked for', async () => {
    const size = { layers: 1, hidden: 8, heads: 2, intermediate: 16 };
    const { model, digests } = await teacherOf({ teacher: size, student: { layers: 1 } });
    expect(model.config).toMatchObject({ ...size, architecture: 'bert', vocabularySize: 30_522 });
    expect(digests).toEqual({});
  });

  it('takes size, tokenizer and weights from a checkpoint', async () => {
    await checkpoint('org/tiny', 'bert');
    const { model, tokenizer, digests } = await teacherOf({ teacher: { weights: 'org/tiny' } });
    expect(model.config).toMatchObject({ layers: 2, hidden: 16, labels: ['a', 'b'] });
    expect(tokenizer.vocabulary).toEqual(goldenVocabulary);
    expect(Object.keys(digests)).toContain('models/org/tiny/model.safetensors');
    expect(lines).toEqual(['weights of models/org/tiny: 41 tensors taken']);
  });

  it("accepts a size that is the checkpoint's", async () => {
    await checkpoint('org/tiny', 'bert');
    const { model } = await teacherOf({
      teacher: { weights: '/models/org/tiny', layers: 2, hidden: 16 },
      student: { layers: 1 },
    });
    expect(model.config.layers).toBe(2);
  });

  it('refuses another size than the checkpoint has', async () => {
    await checkpoint('org/tiny', 'bert');
    await expect(teacherOf({ teacher: { weights: 'org/tiny', layers: 12 } })).rejects.toMatchObject({
      ...place('teacher.layers'),
      message: 'models/org/tiny has 2 for "layers", the experiment says 12',
    });
  });

  it('refuses longer texts than the checkpoint reads', async () => {
    await checkpoint('org/tiny', 'bert');
    await expect(teacherOf({ teacher: { weights: 'org/tiny' }, maxTokens: 32 })).rejects.toMatchObject(
      place('maxTokens'),
    );
  });

  it('refuses a tokenizer with more tokens than the model has', async () => {
    await checkpoint('org/tiny', 'bert', { vocabulary: [...goldenVocabulary, 'more'] });
    await expect(teacherOf({ teacher: { weights: 'org/tiny' } })).rejects.toThrow('has 61 tokens, its model 60');
  });
});

describe('startStudent', () => {
  it("starts from the teacher's layers where no weights are named", async () => {
    const { model } = await startStudent(experiment({ student: { layers: 1, from: 'last' } }), teacher, progress);
    expect(model.config).toMatchObject({ architecture: 'distilbert', layers: 1 });
    expect(lines).toEqual(["the student starts from the teacher's layers 1 (of 0 to 1)"]);
  });

  it('starts from random weights in a size of its own, and else as the teacher is', async () => {
    const student = { weights: 'random', layers: 3, hidden: 8 };
    const { model, startedFrom } = await startStudent(experiment({ student }), teacher, progress);
    const { vocabularySize, maxPositions, heads } = teacher.config;
    const size = { layers: 3, hidden: 8, heads, intermediate: 32, vocabularySize, maxPositions };
    expect(model.config).toMatchObject({ architecture: 'distilbert', ...size });
    expect(model.parameters.size).toBeGreaterThan(3 * 16);
    expect(startedFrom).toBeUndefined();
  });

  it('refuses a width that the heads of the teacher do not divide', async () => {
    const odd = experiment({ student: { weights: 'random', layers: 1, hidden: 7 } });
    await expect(startStudent(odd, teacher, progress)).rejects.toMatchObject(place('student.heads'));
    const furtherSeed = { ...odd, name: 'x@2' };
    await expect(startStudent(furtherSeed, teacher, progress)).rejects.toMatchObject(place('student.heads'));
  });

  it('refuses more layers than the checkpoint of the teacher has', async () => {
    const config = { teacher: { weights: 'org/tiny' }, student: { layers: 3 } };
    await expect(startStudent(experiment(config), teacher, progress)).rejects.toMatchObject(place('student.layers'));
  });

  it('starts from a checkpoint of its own', async () => {
    await checkpoint('org/small', 'distilbert');
    const { model } = await startStudent(experiment({ student: { weights: 'org/small' } }), teacher, progress);
    expect(model.config).toMatchObject({ architecture: 'distilbert', layers: 2, labels: ['LABEL_0', 'LABEL_1'] });
    expect(lines[0]).toMatch(/^weights of models\/org\/small: 38 tensors taken; 2 start from random numbers/);
  });

  it('refuses a checkpoint that cuts text in another way than the teacher', async () => {
    await checkpoint('org/small', 'distilbert', { vocabulary: [...goldenVocabulary.slice(0, -1), 'other'] });
    await expect(
      startStudent(experiment({ student: { weights: 'org/small' } }), teacher, progress),
    ).rejects.toMatchObject(place('student.weights'));
  });
});
