import { UserError } from '../errors.ts';
import type { ExperimentConfig } from './schema.ts';

/**
 * The name of an experiment with another of its seeds than its own, such as `essays@2`: the Nx project and the folder of
 * `artifacts/`. With its own seed it is the experiment itself.
 */
export function seedName(experiment: string, seed: number): string {
  return `${experiment}@${seed}`;
}

/** Takes `essays@2` apart. Undefined for what is no name of an experiment. */
export function parseExperimentName(name: string): { readonly base: string; readonly seed?: number } | undefined {
  const match = /^(\w[\w.-]*)(?:@(0|[1-9]\d*))?$/.exec(name);
  if (match === null) return undefined;
  return match[2] === undefined ? { base: match[1] } : { base: match[1], seed: Number(match[2]) };
}

/** The name of the experiment whose artifact of a stage is read: all seeds share one dataset. */
export function artifactOwner(experiment: string, stage: string): string {
  return stage === 'prepare' ? (parseExperimentName(experiment)?.base ?? experiment) : experiment;
}

/** The configuration with another of its seeds. The split stays that of the experiment's own seed. `file` is what errors call it. */
export function withSeed(config: ExperimentConfig, base: string, seed: number, file: string): ExperimentConfig {
  const { seeds = [] } = config;
  const place = { file, field: 'seeds' };
  if (seed === config.seed) {
    throw new UserError(`${seed} is the experiment's own seed: it has no name with "@"`, {
      place,
      remedy: `name it "${base}"`,
    });
  }
  if (!seeds.includes(seed)) {
    const names = seeds.map((one) => (one === config.seed ? base : seedName(base, one)));
    throw new UserError(`the experiment has no seed ${seed}`, {
      place,
      remedy: `add it to "seeds"${names.length === 0 ? '' : `, or name one of: ${names.join(', ')}`}`,
    });
  }
  return { ...config, seed };
}
