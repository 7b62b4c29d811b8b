import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
  type Artifact,
  artifactFolder,
  type Experiment,
  openArtifact,
  readManifest,
  requireInputs,
  seedName,
  UserError,
} from '@retort/shared';
import type { Results } from '../report/results.ts';
import type { SeedReport } from './compare-seeds.ts';

/** The stages between the dataset and the report. */
const between = ['finetune', 'distill', 'quantize'] as const;

/**
 * The report of each of an experiment's seeds, its own first, with the artifacts that hold them. Refuses reports that do
 * not belong together: on other texts, of an earlier result, or made with other settings than those of the first seed.
 */
export async function readSeedReports(
  experiment: Experiment,
): Promise<{ readonly reports: SeedReport[]; readonly artifacts: Artifact[] }> {
  const { workspace, name, config } = experiment;
  const reports: SeedReport[] = [];
  const artifacts: Artifact[] = [];
  for (const seed of [config.seed, ...(config.seeds ?? []).filter((other) => other !== config.seed)]) {
    const own = seed === config.seed ? name : seedName(name, seed);
    const report = await openArtifact(workspace, own, 'report');
    const sources = ['prepare', ...between].map((stage) => {
      const folder = artifactFolder(workspace, own, stage);
      return { folder, manifest: readManifest(folder) };
    });
    await requireInputs(report, sources);
    requireSeed(own, seed, sources);
    artifacts.push(report);
    // openArtifact has verified that this is what our report stage wrote.
    const { split, models }: Results = JSON.parse(readFileSync(report.path('results.json'), 'utf8'));
    reports.push({ seed, split, models });
    if (own !== name) requireSameSettings(workspace, name, own);
  }
  return { reports, artifacts };
}

type Made = Pick<Artifact, 'manifest'>;

/** The models must be those of the seed: the experiment's own may have changed since they were trained. */
function requireSeed(name: string, seed: number, sources: readonly Made[]): void {
  for (const { manifest } of sources) {
    const { config, stage } = manifest;
    if (stage === 'prepare' || config.seed === undefined || config.seed === seed) continue;
    throw new UserError(`${stage} of "${name}" ran with the seed ${String(config.seed)}, not ${seed}`, {
      place: { file: `artifacts/${name}/${stage}/manifest.json` },
      remedy: `run: nx run ${name}:report`,
    });
  }
}

function requireSameSettings(workspace: string, first: string, other: string): void {
  for (const stage of [...between, 'report']) {
    const settings = (name: string) => ({ ...readManifest(artifactFolder(workspace, name, stage)).config, seed: 0 });
    if (isDeepStrictEqual(settings(first), settings(other))) continue;
    throw new UserError(`${stage} of "${other}" ran with other settings than that of "${first}"`, {
      place: { file: `artifacts/${other}/${stage}/manifest.json` },
      remedy: `run: nx run ${first}:seeds`,
    });
  }
}
