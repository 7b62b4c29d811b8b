import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UserError } from '@retort/shared';
import { z } from 'zod';

const recordSchema = z.object({
  time: z.iso.datetime(),
  name: z.string(),
  // JSON has no NaN and no infinity: the log writes null for them.
  value: z
    .number()
    .nullable()
    .transform((value) => value ?? Number.NaN),
  step: z.number().optional(),
  epoch: z.number().optional(),
});

/** One line of `metrics.jsonl`. A value that was not finite is NaN. */
export type MetricRecord = z.output<typeof recordSchema>;

/**
 * The points of an artifact folder's `metrics.jsonl`, in the order in which they were written. A last line that was cut
 * off, as a writer that was killed leaves it, is left out; any other damage is a UserError with its line.
 */
export function readMetrics(folder: string): MetricRecord[] {
  const path = join(folder, 'metrics.jsonl');
  const file = relative(process.cwd(), path);
  const lines = readLines(path, file);
  const unfinished = lines.pop() ?? ''; // What follows the last line end: nothing, if the file is whole.
  const records = lines.map((line, i) => parseRecord(line, file, i + 1));
  if (isJson(unfinished)) records.push(parseRecord(unfinished, file, lines.length + 1));
  return records;
}

function readLines(path: string, file: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch (cause) {
    throw new UserError(`the points of the run cannot be read: ${(cause as Error).message}`, {
      place: { file },
      remedy: 'name the folder of an artifact: it holds a metrics.jsonl',
      cause,
    });
  }
}

function parseRecord(line: string, file: string, number: number): MetricRecord {
  try {
    return recordSchema.parse(JSON.parse(line));
  } catch (cause) {
    const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    throw new UserError(`the line is not a point of a metric: ${issue?.message ?? (cause as Error).message}`, {
      place: { file, line: number, field: issue?.path.join('.') || undefined },
      remedy: 'remove the line, or delete the artifact folder and run its stage again',
      cause,
    });
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
