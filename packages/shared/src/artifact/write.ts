import { existsSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Experiment } from '../experiment/load.ts';
import { type Stage, stageSlice } from '../experiment/stages.ts';
import { listFiles, sha256File } from '../files.ts';
import { describeMachine } from './machine.ts';
import type { Manifest } from './manifest.ts';
import { MetricsLog } from './metrics-log.ts';
import { artifactFolder } from './read.ts';

/** Files with times in them: they tell about a run, but the next stage must not depend on them. */
const records = new Set(['manifest.json', 'metrics.jsonl', 'checksums.txt']);

/** An artifact in the making: a temporary folder beside its target, renamed by `commit`. */
export interface ArtifactWriter {
  /** The temporary folder. */
  readonly folder: string;
  /** Where `commit` puts it. */
  readonly target: string;
  readonly metrics: MetricsLog;
  /** Absolute path for a new file; its folders are made. */
  path(file: string): Promise<string>;
  commit(result: {
    inputs: readonly string[];
    metrics?: Readonly<Record<string, number>>;
    versions?: Readonly<Record<string, string>>;
  }): Promise<Manifest>;
  /** Removes the temporary folder. Without effect after `commit`. */
  discard(): void;
}

/**
 * Makes one artifact: `make` writes its files and commits. Whatever goes wrong, Ctrl-C included, nothing half-written
 * stays, and an artifact that was there before stays whole.
 */
export async function writeArtifact<T>(
  experiment: Experiment,
  stage: Stage,
  make: (writer: ArtifactWriter) => Promise<T>,
): Promise<T> {
  const writer = await createWriter(experiment, stage);
  const interrupted = (signal: NodeJS.Signals) => {
    writer.discard();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    return await make(writer);
  } finally {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
    writer.discard();
  }
}

async function createWriter(experiment: Experiment, stage: Stage): Promise<ArtifactWriter> {
  const target = artifactFolder(experiment.workspace, experiment.name, stage);
  const startedAt = new Date();
  await mkdir(dirname(target), { recursive: true });
  removeLeftovers(target);
  const folder = `${dirname(target)}/.${stage}.${process.pid}.tmp`;
  await mkdir(folder);
  const metrics = new MetricsLog(join(folder, 'metrics.jsonl'));
  const { seed } = experiment.config;

  return {
    folder,
    target,
    metrics,
    async path(file) {
      const path = join(folder, file);
      await mkdir(dirname(path), { recursive: true });
      return path;
    },
    async commit(result) {
      metrics.close();
      const outputs = await digests(
        folder,
        (await listFiles(folder)).filter((file) => !records.has(file)),
      );
      const manifest: Manifest = {
        format: 1,
        experiment: experiment.name,
        stage,
        config: stageSlice(experiment.config, stage),
        seed,
        inputs: await digests(
          experiment.workspace,
          result.inputs.map((path) => relative(experiment.workspace, path)).sort(),
        ),
        outputs,
        versions: { node: process.version, ...result.versions },
        machine: describeMachine(),
        startedAt: startedAt.toISOString(),
        endedAt: new Date().toISOString(),
        metrics: { ...result.metrics },
      };
      // The next stages' cache keys read the checksums: equal outputs stay equal, whenever they were made.
      await writeFile(
        join(folder, 'checksums.txt'),
        Object.entries(outputs)
          .map(([file, sum]) => `${sum}  ${file}\n`)
          .join(''),
      );
      await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
      await replaceFolder(folder, target);
      return manifest;
    },
    discard() {
      metrics.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function digests(root: string, files: readonly string[]): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const file of files) sums[file] = await sha256File(join(root, file));
  return sums;
}

async function replaceFolder(folder: string, target: string): Promise<void> {
  const old = `${folder}.old`;
  if (existsSync(target)) await rename(target, old);
  await rename(folder, target);
  await rm(old, { recursive: true, force: true });
}

/** Temporary folders of processes that were killed. One whose process lives is left alone. */
function removeLeftovers(target: string): void {
  for (const name of readdirSync(dirname(target))) {
    const match = /^\.(.+)\.(\d+)\.tmp(\.old)?$/.exec(name);
    if (match === null || match[1] !== basename(target) || isAlive(Number(match[2]))) continue;
    rmSync(join(dirname(target), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
