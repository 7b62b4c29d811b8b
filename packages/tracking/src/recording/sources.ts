import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  isRunning,
  listRecords,
  type Manifest,
  type RunRecord,
  readManifest,
  readRecord,
  recordFolder,
  sha256,
} from '@retort/shared/recording';
import { listRuns, type Run } from '../runs.ts';
import type { RunStatus } from '../schema/index.ts';

/** One run, as the folders tell it: by its artifact's manifest, or by the record of a run without an artifact. */
export interface RunSource {
  readonly key: string;
  readonly project: string;
  readonly stage: string;
  readonly status: RunStatus;
  /** Relative to the workspace. */
  readonly folder: string;
  readonly told: Manifest | RunRecord;
  readonly endedAt: string | null;
  readonly exitReason: string | null;
  readonly manifest?: Manifest;
}

/** All runs of the folders. A run that has an artifact is told by it alone. */
export function findSources(workspace: string): RunSource[] {
  const made = listRuns(workspace).runs.map(artifactSource);
  const keys = new Set(made.map(({ key }) => key));
  const others = listRecords(workspace)
    .filter((id) => !keys.has(id))
    .map((id) => recordSource(workspace, id));
  return [...made, ...others.filter((source) => source !== undefined)];
}

/** The run with this id: its artifact, if the stage made one. */
export function findSource(workspace: string, id: string): RunSource | undefined {
  return (
    recordSource(workspace, id) ??
    listRuns(workspace)
      .runs.map(artifactSource)
      .find(({ key }) => key === id)
  );
}

export function artifactSource({ experiment, stage, folder, manifest }: Run): RunSource {
  return {
    key: runKey(experiment, stage, manifest),
    ...{ project: experiment, stage, folder, manifest },
    status: 'succeeded',
    told: manifest,
    endedAt: manifest.endedAt,
    exitReason: null,
  };
}

export function recordSource(workspace: string, id: string): RunSource | undefined {
  const record = readRecord(workspace, id);
  if (record === undefined) return undefined;
  if (record.status === 'succeeded') return madeSource(workspace, record);
  const gone = record.status === 'running' && !isRunning(record);
  return {
    key: id,
    project: record.experiment,
    stage: record.stage,
    status: gone ? 'killed' : record.status,
    folder: `.retort/runs/${id}`,
    told: record,
    endedAt: gone ? lastSign(workspace, record) : (record.endedAt ?? null),
    exitReason: gone ? 'the process ended without a word, as by SIGKILL or a power cut' : (record.exitReason ?? null),
  };
}

/** A run that made its artifact, which another run of the stage may have replaced since. */
function madeSource(workspace: string, { id, experiment, stage }: RunRecord): RunSource | undefined {
  const kept = `.retort/runs/${id}`;
  const manifest = tryManifest(join(workspace, kept));
  if (manifest === undefined) return undefined;
  const artifact = `artifacts/${experiment}/${stage}`;
  const folder = tryManifest(join(workspace, artifact))?.run === id ? artifact : kept;
  return { ...artifactSource({ experiment, stage, folder, seconds: 0, manifest }), key: id };
}

function tryManifest(folder: string): Manifest | undefined {
  try {
    return readManifest(folder);
  } catch {
    return undefined;
  }
}

/** When a run that was killed was last heard of. */
function lastSign(workspace: string, { id, startedAt }: RunRecord): string {
  const points = join(recordFolder(workspace, id), 'metrics.jsonl');
  return existsSync(points)
    ? new Date(Math.max(statSync(points).mtimeMs, Date.parse(startedAt))).toISOString()
    : startedAt;
}

/** The run's own name. An artifact that is older than such names gets one made of what it tells; so does a copy. */
function runKey(experiment: string, stage: string, manifest: Manifest): string {
  const own = manifest.experiment === experiment && manifest.stage === stage;
  if (own && manifest.run !== undefined) return manifest.run;
  const { startedAt, endedAt, run } = manifest;
  const hash = sha256(JSON.stringify([experiment, stage, startedAt, endedAt, run]));
  // Version 8 of RFC 9562: whatever its maker likes.
  const digits = `${hash.slice(0, 12)}8${hash.slice(13, 16)}a${hash.slice(17, 32)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
