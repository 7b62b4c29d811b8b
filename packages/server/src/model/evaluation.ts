import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { readManifest, requireInputs } from '@retort/shared';
import { z } from 'zod';
import type { LocatedModel } from './locate.ts';

/** What the server tells of a report, out of its `results.json`. */
const resultsSchema = z.object({
  split: z.object({ name: z.string(), n: z.int(), sha256: z.string() }),
  models: z.array(
    z.object({
      name: z.string(),
      accuracy: z.number(),
      accuracyInterval: z.tuple([z.number(), z.number()]),
      loss: z.number(),
      calibrationError: z.number(),
      macroF1: z.number(),
      auroc: z.number().nullable(),
    }),
  ),
});

type Results = z.output<typeof resultsSchema>;
export type ModelEvaluation = Omit<Results['models'][number], 'name'> & Pick<Results, 'split'>;

/** Folder of a model, below its experiment's artifacts -> how the report calls it. */
const reportNames: Readonly<Record<string, string>> = {
  finetune: 'teacher',
  distill: 'student',
  'quantize/teacher': 'teacher-int8',
  'quantize/student': 'student-int8',
};

/** A report of an experiment that was made of a model, and what the model is called in it. */
interface Report {
  readonly folder: string;
  readonly name: string;
}

/** The report that has figures of this very model, if there is one. Nothing that is wrong with a report keeps a model from being served. */
async function findReport({ folder, run }: Pick<LocatedModel, 'folder' | 'run'>): Promise<Report | undefined> {
  if (run === undefined) return undefined;
  const experimentFolder = ancestor(folder, run.experiment);
  const report = join(experimentFolder, 'report');
  const name = reportNames[relative(experimentFolder, folder).split(sep).join('/')];
  if (name === undefined || !existsSync(join(report, 'manifest.json'))) return undefined;
  try {
    const artifact = { folder: report, manifest: readManifest(report), path: (file: string) => join(report, file) };
    await requireInputs(artifact, [{ manifest: run.manifest }]);
    return { folder: report, name };
  } catch {
    return undefined;
  }
}

/** The figures of a model in its experiment's report. */
export async function readEvaluation(
  model: Pick<LocatedModel, 'folder' | 'run'>,
): Promise<ModelEvaluation | undefined> {
  const report = await findReport(model);
  if (report === undefined) return undefined;
  try {
    const { split, models } = resultsSchema.parse(
      JSON.parse(readFileSync(join(report.folder, 'results.json'), 'utf8')),
    );
    const found = models.find(({ name }) => name === report.name);
    if (found === undefined) return undefined;
    const { name: _, ...figures } = found;
    return { split, ...figures };
  } catch {
    return undefined; // Of another version.
  }
}

/** The card that was written of a model: in its folder, or by its experiment's report. */
export async function readCard(model: Pick<LocatedModel, 'folder' | 'run'>): Promise<string | undefined> {
  const report = await findReport(model);
  const written = [
    join(model.folder, 'README.md'),
    ...(report === undefined ? [] : [join(report.folder, 'cards', report.name, 'README.md')]),
  ].find((path) => existsSync(path));
  return written === undefined ? undefined : readFileSync(written, 'utf8');
}

/** The folder of this name above `folder`. */
function ancestor(folder: string, name: string): string {
  let at = folder;
  while (at !== dirname(at) && !at.endsWith(sep + name)) at = dirname(at);
  return at;
}
