import { join } from 'node:path';
import { type DecisionRule, decide, readRows, softmax, UserError } from '@retort/shared';
import { NotFound } from '@retort/tracking';
import { z } from 'zod';
import { readJson, unreadable } from './read.ts';
import { reportSchema } from './schemas.ts';

/** What a model answered to a text, by its own temperature and threshold. */
export interface Prediction {
  readonly id: number;
  readonly label: string;
  readonly source: string;
  readonly answer: string;
  readonly probability: number;
}

/** A model's answers on an evaluation, by its name or the sha256 of its texts, out of a report's folder. A NotFound if it has none, or none that can be read. */
export async function readPredictions(
  folder: string,
  { model, evaluation, dataSet }: { model: string; evaluation?: string; dataSet?: string },
) {
  const report = readJson(folder, 'results.json', reportSchema);
  const set = report.evaluations.find(({ name, sha256 }) => name === evaluation || sha256 === dataSet);
  const evaluations = report.evaluations.map(({ name }) => name);
  if (set === undefined) throw missing('evaluation', evaluation ?? dataSet ?? '', evaluations);
  const models = report.models.map(({ name }) => name);
  const measured = report.models.find(({ name }) => name === model);
  if (measured === undefined) throw missing('model', model, models);
  const { labels } = report.split;
  const file = join('predictions', `${set.name}.parquet`);
  const rows = await readColumns(folder, file, z.object({ id: z.int(), label: z.string(), source: z.string() }));
  const columns = labels.map((label) => `${model}:${label}`);
  const scores = z.object(Object.fromEntries(columns.map((column) => [column, z.number()])));
  const scored = await readColumns(folder, file, scores);
  const logits = Float32Array.from(scored.flatMap((row) => columns.map((column) => row[column])));
  const { temperature, threshold } = measured.usage;
  const rule: DecisionRule = {
    temperature,
    ...(threshold === null ? {} : { threshold: { label: labels.indexOf(threshold.label), value: threshold.value } }),
  };
  const answers = decide(logits, labels.length, rule);
  const probabilities = softmax(logits, labels.length, temperature);
  const predictions = rows.map(
    (row, i): Prediction => ({
      ...row,
      answer: labels[answers[i]],
      probability: probabilities[i * labels.length + answers[i]],
    }),
  );
  return { set, predictions };
}

async function readColumns<Shape extends z.ZodRawShape>(folder: string, file: string, row: z.ZodObject<Shape>) {
  try {
    return await readRows(join(folder, file), row);
  } catch (cause) {
    throw cause instanceof UserError ? unreadable(file, cause) : cause;
  }
}

function missing(field: string, name: string, names: readonly string[]): NotFound {
  return new NotFound(`the report has no ${field} "${name}"`, {
    place: { field },
    remedy: `take one of ${names.join(', ')}`,
  });
}
