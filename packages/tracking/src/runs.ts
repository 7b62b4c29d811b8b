import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type Manifest, readManifest, stages, UserError } from '@retort/shared/recording';

/** One stage of one experiment that has run: its artifact folder, told by the manifest in it. */
export interface Run {
  /** The folder's names, not the manifest's: a folder that was copied to keep it is a run of its own. */
  readonly experiment: string;
  readonly stage: string;
  /** Relative to the workspace, with `/`. */
  readonly folder: string;
  readonly seconds: number;
  readonly manifest: Manifest;
}

/** An artifact folder whose manifest is missing or damaged. */
export interface BrokenRun {
  readonly folder: string;
  readonly error: UserError;
}

export interface RunList {
  /** By experiment, then in the order of the stages. */
  readonly runs: readonly Run[];
  readonly broken: readonly BrokenRun[];
}

/**
 * Reads the manifests below `artifacts/`. The files' checksums are not verified: that is `openArtifact`'s work.
 * A folder that cannot be read ends up in `broken` and hides no other.
 */
export function listRuns(workspace: string, filter: { readonly experiment?: string } = {}): RunList {
  const artifacts = join(workspace, 'artifacts');
  const runs: Run[] = [];
  const broken: BrokenRun[] = [];
  for (const experiment of subfolders(artifacts)) {
    if (filter.experiment !== undefined && filter.experiment !== experiment) continue;
    for (const stage of subfolders(join(artifacts, experiment)).sort(byStage)) {
      const folder = join(artifacts, experiment, stage);
      try {
        runs.push(readRun(workspace, experiment, stage));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        // A stage that is replacing its artifact right now has the folder away for a moment.
        if (existsSync(folder)) broken.push({ folder: portable(workspace, folder), error });
      }
    }
  }
  return { runs, broken };
}

/** Reads one run; a UserError if its manifest is missing or damaged. */
export function readRun(workspace: string, experiment: string, stage: string): Run {
  const folder = join(workspace, 'artifacts', experiment, stage);
  const manifest = readManifest(folder);
  return {
    experiment,
    stage,
    folder: portable(workspace, folder),
    seconds: (Date.parse(manifest.endedAt) - Date.parse(manifest.startedAt)) / 1000,
    manifest,
  };
}

/** Folders whose name starts with a dot are artifacts in the making. */
function subfolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}

function byStage(a: string, b: string): number {
  const order: readonly string[] = stages;
  const rank = (stage: string) => (order.includes(stage) ? order.indexOf(stage) : order.length);
  return rank(a) - rank(b);
}

function portable(workspace: string, path: string): string {
  return relative(workspace, path).split(sep).join('/');
}
