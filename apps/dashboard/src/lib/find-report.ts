import type { Lineage } from '@retort/server/client';

interface Run {
  readonly run: string;
  readonly stage: string;
}

/** The report that tells most of a run: itself, or the newest that was made from it. */
export function findReport(run: Run, lineages: readonly Lineage[]): string | undefined {
  if (run.stage === 'report') return run.run;
  const down = lineages
    .flatMap(({ runs }) => runs)
    .filter(({ stage, status }) => stage === 'report' && status === 'succeeded');
  return [...down].sort((a, b) => b.startedAt.localeCompare(a.startedAt))[0]?.run;
}

/**
 * The run that has the data card: of those that prepared the data the one whose artifact is there. Several may have made the same bytes; the folder is that
 * of the last one. A failed run has made none.
 */
export function findCard(runs: Lineage['runs']): string | undefined {
  return runs.find(({ stage, folder }) => stage === 'prepare' && folder?.startsWith('artifacts/') === true)?.run;
}

/** The report's name for what a stage makes, to begin with. */
export function modelOfStage(stage: string, models: readonly string[]): string | undefined {
  const name = { finetune: 'teacher', distill: 'student', quantize: 'student-int8' }[stage] ?? 'student-int8';
  return models.includes(name) ? name : models.at(-1);
}
