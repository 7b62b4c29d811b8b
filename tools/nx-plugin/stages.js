/**
 * The stages, in their order: the package that runs each, the artifacts that it reads, and the part of experiment.json
 * that it obeys. `packages/shared/src/experiment/stages.ts` says the same of the keys; a test keeps both in step.
 */
export const stages = {
  prepare: { owner: 'data-prep', reads: [], keys: ['seed', 'data'] },
  finetune: { owner: 'trainer', reads: ['prepare'], keys: ['seed', 'maxTokens', 'longTexts', 'hygiene', 'teacher'] },
  distill: {
    owner: 'trainer',
    reads: ['prepare', 'finetune'],
    keys: ['seed', 'maxTokens', 'longTexts', 'hygiene', 'student', 'losses'],
  },
  quantize: { owner: 'quantizer', reads: ['prepare', 'finetune', 'distill'], keys: ['quantization'] },
  report: {
    owner: 'quantizer',
    reads: ['prepare', 'finetune', 'distill', 'quantize'],
    keys: ['maxTokens', 'report', 'evaluations'],
  },
};

/** Compares the reports of all seeds of an experiment that has several: no stage, for it belongs to no single seed. */
export const seedsTarget = { owner: 'quantizer', reads: ['report'], keys: ['seed', 'seeds'] };

/** The packages that run stages. */
export const owners = [...new Set(Object.values(stages).map(({ owner }) => owner))];
