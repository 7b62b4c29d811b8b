import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { readManifest, requireInputs } from '@retort/shared';
import { z } from 'zod';
import type { Variant } from '../inference/index.ts';

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

/**
 * The figures of a model in its experiment's report, if there is one that was made of this very model. Nothing that is wrong with a report
 * keeps a model from being served.
 */
export async function readEvaluation({
  folder,
  run,
}: Pick<Variant, 'folder' | 'run'>): Promise<ModelEvaluation | undefined> {
  if (run === undefined) return undefined;
  const experimentFolder = ancestor(folder, run.experiment);
  const report = join(experimentFolder, 'report');
  const results = join(report, 'results.json');
  if (!existsSync(results)) return undefined;
  try {
    const artifact = { folder: report, manifest: readManifest(report), path: (file: string) => join(report, file) };
    await requireInputs(artifact, [{ manifest: run.manifest }]);
    const { split, models } = resultsSchema.parse(JSON.parse(readFileSync(results, 'utf8')));
    const name = reportNames[relative(experimentFolder, folder).split(sep).join('/')];
    const found = models.find((model) => model.name === name);
    if (found === undefined) return undefined;
    const { name: _, ...figures } = found;
    return { split, ...figures };
  } catch {
    return undefined;
  }
}

/** The folder of this name above `folder`. */
function ancestor(folder: string, name: string): string {
  let at = folder;
  while (at !== dirname(at) && !at.endsWith(sep + name)) at = dirname(at);
  return at;
}
