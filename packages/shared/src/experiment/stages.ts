import type { ExperimentConfig } from './schema.ts';

/** The stages in their order. */
export const stages = ['prepare', 'finetune', 'distill', 'quantize', 'report'] as const;
export type Stage = (typeof stages)[number];
/** What an experiment has an artifact of: its stages, and the comparison of its seeds. */
export type ArtifactName = Stage | 'seeds';

/**
 * The part of the configuration that a stage obeys. Only this part counts for the stage's cache key: a change of
 * anything else reruns nothing of it.
 */
export const stageKeys = {
  prepare: ['seed', 'data'],
  finetune: ['seed', 'maxTokens', 'longTexts', 'hygiene', 'teacher'],
  distill: ['seed', 'maxTokens', 'longTexts', 'hygiene', 'student', 'losses'],
  quantize: ['quantization'],
  report: ['maxTokens', 'report', 'evaluations'],
  seeds: ['seed', 'seeds'],
} as const satisfies Record<ArtifactName, readonly (keyof ExperimentConfig)[]>;

/** The configuration of one stage, with the defaults filled in. */
export function stageSlice<S extends ArtifactName>(
  config: ExperimentConfig,
  stage: S,
): Pick<ExperimentConfig, (typeof stageKeys)[S][number]> {
  const keys: readonly (keyof ExperimentConfig)[] = stageKeys[stage];
  return Object.fromEntries(keys.map((key) => [key, config[key]])) as Pick<
    ExperimentConfig,
    (typeof stageKeys)[S][number]
  >;
}
