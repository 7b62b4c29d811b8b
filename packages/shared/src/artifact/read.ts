import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UserError } from '../errors.ts';
import { artifactOwner } from '../experiment/seeds.ts';
import { sha256File } from '../files.ts';
import { artifactInputs } from './inputs.ts';
import { type Manifest, manifestSchema } from './manifest.ts';

/** A finished artifact whose files are what its manifest says. */
export interface Artifact {
  readonly folder: string;
  readonly manifest: Manifest;
  /** The absolute path of one of its files; a UserError if the manifest does not list it. */
  path(file: string): string;
}

/** The folder of a stage's artifact. That of `prepare` is the same for all seeds of an experiment. */
export function artifactFolder(workspace: string, experiment: string, stage: string): string {
  return join(workspace, 'artifacts', artifactOwner(experiment, stage), stage);
}

/** Reads the manifest alone: for lists, where hashing every file would take too long. */
export function readManifest(folder: string): Manifest {
  const path = join(folder, 'manifest.json');
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw damaged(path, `the manifest cannot be read: ${(cause as Error).message}`, cause);
  }
  const result = manifestSchema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw damaged(path, `the manifest is damaged: ${issue.path.join('.')}: ${issue.message}`, result.error);
  }
  return result.data;
}

/** Opens an artifact and verifies the sha256 of every file in it. */
export async function openArtifact(workspace: string, experiment: string, stage: string): Promise<Artifact> {
  const folder = artifactFolder(workspace, experiment, stage);
  if (!existsSync(folder)) {
    throw new UserError(`the ${stage} stage of "${experiment}" has not run`, {
      place: { file: relative(workspace, folder) },
      remedy: `run: nx run ${artifactOwner(experiment, stage)}:${stage}`,
    });
  }
  const manifest = readManifest(folder);
  for (const [file, expected] of Object.entries(manifest.outputs)) {
    const path = join(folder, file);
    if (!existsSync(path)) throw damaged(path, 'the manifest lists this file, but it is gone');
    const actual = await sha256File(path);
    if (actual !== expected) {
      throw damaged(
        path,
        `the file is not what the stage wrote (sha256 ${actual.slice(0, 12)}, the manifest says ${expected.slice(0, 12)})`,
      );
    }
  }
  return {
    folder,
    manifest,
    path: (file) => {
      if (manifest.outputs[file] === undefined) throw damaged(join(folder, file), 'the artifact has no such file');
      return join(folder, file);
    },
  };
}

/**
 * Refuses an artifact that was made from other artifacts than those that are there now, such as a teacher that was
 * trained on another split than the one at hand.
 */
export async function requireInputs(
  { folder, manifest }: Artifact,
  upstream: readonly Pick<Artifact, 'manifest'>[],
): Promise<void> {
  const { experiment, stage } = manifest;
  for (const source of upstream) {
    const [[made, sum]] = Object.entries(artifactInputs([source]));
    if (manifest.inputs[made] === sum) continue;
    throw new UserError(`${stage} ran on another result of ${source.manifest.stage} than the one that is there now`, {
      place: { file: relative(process.cwd(), folder) },
      remedy: `run: nx run ${experiment}:${stage}`,
    });
  }
}

function damaged(path: string, what: string, cause?: unknown): UserError {
  return new UserError(what, {
    place: { file: relative(process.cwd(), path) },
    remedy: 'delete the artifact folder and run its stage again: Nx restores it or makes it anew',
    cause,
  });
}
