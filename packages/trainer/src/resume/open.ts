import { relative } from 'node:path';
import { type Experiment, isDiskFull, type Progress, type Stage, UserError } from '@retort/shared';
import { checkpointBytes, memorySize } from '../memory/estimate.ts';
import type { ModelConfig } from '../model/config.ts';
import { Checkpoints, checkpointFolder } from './checkpoints.ts';
import { type SubjectParts, subjectOf } from './subject.ts';

export const defaultMinutes = 5;

/** Minutes between two checkpoints, from `--checkpoint-minutes` or else the environment. */
export function checkpointMinutes(option: string | boolean | undefined, environment = process.env): number {
  const variable = 'RETORT_CHECKPOINT_MINUTES';
  const text = typeof option === 'string' ? option : environment[variable];
  if (text === undefined || text === '') return defaultMinutes;
  const minutes = Number(text);
  if (Number.isFinite(minutes) && minutes >= 0) return minutes;
  throw new UserError(`"${text}" is no number of minutes`, {
    place: { field: typeof option === 'string' ? '--checkpoint-minutes' : variable },
    remedy: 'give a number from 0, such as 5; 0 is a checkpoint after every step',
  });
}

/** The checkpoints of a stage that is about to train; says where they will lie and how large they can get. */
export function openCheckpoints(
  experiment: Experiment,
  stage: Stage,
  options: SubjectParts & { config: ModelConfig; minutes: number; progress: Progress },
): Checkpoints {
  const { config, minutes, progress } = options;
  const folder = checkpointFolder(experiment.workspace, experiment.name, stage);
  const often = minutes === 0 ? 'every step' : `every ${minutes} min and every epoch`;
  // Two are kept, while a third is written.
  progress.line(
    `checkpoints: after ${often}, in ${relative(process.cwd(), folder)}, at most 3 x ${memorySize(checkpointBytes(config))}`,
  );
  return new Checkpoints({ folder, subject: subjectOf(experiment, stage, options), minutes, progress });
}

/** Does the work of a stage; its checkpoints go when it has succeeded, and stay whatever else happens. */
export async function withCheckpoints<T>(checkpoints: Checkpoints, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    checkpoints.clear();
    return result;
  } catch (error) {
    const cause = error instanceof UserError ? error.cause : error;
    if (!isDiskFull(cause) || checkpoints.last === undefined) throw error;
    throw new UserError(error instanceof Error ? error.message : String(error), {
      place: error instanceof UserError ? error.place : {},
      remedy: `free some space and run the stage again: it goes on from ${checkpoints.last}`,
      cause,
    });
  }
}
