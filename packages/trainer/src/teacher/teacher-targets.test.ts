import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Progress } from '@retort/shared';
import { collate } from '../data/batches.ts';
import { type ChosenEngine, chooseEngine } from '../engine/choose.ts';
import { names } from '../engine/graphs.ts';
import type { LossTerms } from '../losses/losses.ts';
import { goldenJson, goldenModel, goldenTensors, relativeError, withoutPadding } from '../testing/golden.ts';
import { type TeacherQuestion, teacherTargets } from './teacher-targets.ts';

const teacher = goldenModel('bert-gradient');
const batch = goldenJson('distilbert-gradient/batch.json') as { input_ids: number[][]; attention_mask: number[][] };
const views = withoutPadding(batch);
const terms: LossTerms = {
  hard: 1,
  soft: 0.5,
  temperature: 2,
  teacher: teacher.config,
  hiddenStates: { weight: 1, distance: 'mse', tokens: 'all', pairs: [{ student: 1, teacher: 1 }] },
  relations: { weight: 1, heads: 2, teacherLayer: 1, studentLayer: 0 },
};
const cls: LossTerms = {
  ...{ hard: 1, soft: 0, temperature: 2, teacher: teacher.config },
  hiddenStates: { weight: 1, distance: 'cosine', tokens: 'cls', pairs: [{ student: 1, teacher: 2 }] },
};

describe.each(['onnxruntime', 'tfjs'] as const)('teacherTargets on %s', (engine) => {
  let workspace: string;
  let lines: string[];
  let asked: string[];
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'retort-'));
    lines = [];
    asked = [];
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  const progress: Progress = { update: () => undefined, line: (text) => lines.push(text), done: () => undefined };
  const silent: Progress = { ...progress, line: () => undefined };
  const real = chooseEngine(engine, silent, ['@tensorflow/tfjs']);
  /** The engine, with a note of what it is asked for. */
  const chosen: ChosenEngine = {
    ...real,
    createEvaluator: (config, parameters, wanted = []) => {
      asked.push(...wanted.map(({ kind }) => kind));
      return real.createEvaluator(config, parameters, wanted);
    },
  };
  const question = (change: Partial<TeacherQuestion> = {}): TeacherQuestion => ({
    ...{ workspace, chosen, teacher, losses: terms, epochs: 1, padId: 0, progress, file: 'experiment.json' },
    texts: { views: () => views },
    ...change,
  });
  async function read(change: Partial<TeacherQuestion> = {}, epoch = 1) {
    const targets = await teacherTargets(question(change));
    const tensors = targets.of(collate(views, [0, 1, 2], 0), epoch);
    targets.close();
    return tensors;
  }
  const folders = () => readdirSync(join(workspace, '.retort/teacher'));

  it('gives what transformers gives, in half precision, and 0 at padding', async () => {
    const tensors = await read();
    const golden = goldenTensors('distillation-terms/teacher.safetensors');
    for (const name of ['hidden_states:1', 'queries:1', 'keys:1', 'values:1']) {
      const { shape, data } = tensors.get(names.teacher(name)) ?? { shape: [], data: [] };
      expect(shape).toEqual([3, 9, 16]);
      expect(relativeError(data, golden.get(name)?.data ?? [])).toBeLessThan(1e-3);
      expect(Math.max(...data.slice(6 * 16, 9 * 16).map(Math.abs))).toBe(0);
    }
  });

  it('gives the state of [CLS] alone as the first row of all', async () => {
    const { shape, data } = (await read({ losses: cls })).get(names.teacher('cls:2')) ?? { shape: [], data: [] };
    const all = goldenTensors('distillation-terms/teacher.safetensors').get('hidden_states:2')?.data ?? [];
    expect(shape).toEqual([3, 1, 16]);
    for (let text = 0; text < 3; text++) {
      const row = all.slice(text * 9 * 16, text * 9 * 16 + 16);
      expect(relativeError(data.slice(text * 16, text * 16 + 16), row)).toBeLessThan(1e-3);
    }
  });

  it('gives logits in single precision', async () => {
    const evaluator = await real.createEvaluator(teacher.config, teacher.parameters);
    const expected = await evaluator.logits(collate(views, [0, 1, 2], 0));
    await evaluator.close();
    const { shape, data } = (await read()).get(names.teacher('logits')) ?? { shape: [], data: [] };
    expect(shape).toEqual([3, 2]);
    expect(relativeError(data, expected)).toBeLessThan(1e-6);
  });

  it('asks the teacher once, whatever the weights of the terms, the temperature and the number of epochs', async () => {
    const first = await read();
    asked = [];
    const again = await read({ losses: { ...terms, soft: 0.1, temperature: 5 }, epochs: 3 }, 3);
    expect(asked).toEqual([]);
    expect(again).toEqual(first);
    expect(lines.at(-1)).toMatch(/^the teacher's part: .* for 3 inputs, .* in .*teacher, all there$/);
  });

  it('asks for no more than another term needs', async () => {
    await read();
    asked = [];
    await read({ losses: { ...terms, ...cls } });
    expect(asked).toEqual(['cls']);
  });

  it('asks another teacher, and for other inputs, anew', async () => {
    await read();
    const [[name, first], ...rest] = teacher.parameters;
    const other = { shape: first.shape, data: first.data.map((x) => x + 1) };
    const parameters = new Map([[name, other] as const, ...rest]);
    await read({ teacher: { ...teacher, parameters } });
    await read({ texts: { views: () => views.map((ids) => ids.map((id) => (id > 4 ? 60 - 1 - (id - 5) : id))) } });
    expect(folders()).toHaveLength(3);
  });

  it('asks again for what is damaged, and for nothing else', async () => {
    const first = await read();
    truncateSync(join(workspace, '.retort/teacher', folders()[0], 'keys-1'), 10);
    asked = [];
    expect(await read()).toEqual(first);
    expect(asked).toEqual(['keys']);
  });

  it('says before it begins what it will take', async () => {
    await read();
    expect(lines).toEqual([
      expect.stringMatching(
        /^the teacher's part: logits, hidden_states:1, queries:1, .* for 3 inputs, \d+ kB in .*teacher, of which \d+ kB to compute$/,
      ),
    ]);
  });

  if (existsSync('/dev/full')) {
    it('says what to do where the disk is full, and leaves nothing half-written', async () => {
      await read();
      const folder = join(workspace, '.retort/teacher', folders()[0]);
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      symlinkSync('/dev/full', join(folder, `values-1.${process.pid}.tmp`));
      await expect(read()).rejects.toMatchObject({
        name: 'UserError',
        message: 'the disk is full: what the teacher gives could not be written',
      });
      expect(readdirSync(folder)).toEqual([]);
    });
  }
});
