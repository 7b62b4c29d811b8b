import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { isAlive } from '../processes.ts';
import { gitSchema } from './git.ts';
import { machineSchema } from './manifest.ts';

/** Records of ended runs that are kept; the oldest go first. */
const keptRecords = 1000;

const recordSchema = z.object({
  format: z.literal(1),
  id: z.uuid(),
  experiment: z.string(),
  stage: z.string(),
  status: z.enum(['running', 'succeeded', 'failed', 'killed']),
  config: z.record(z.string(), z.unknown()),
  seed: z.int(),
  host: z.string(),
  pid: z.int(),
  machine: machineSchema,
  git: gitSchema.optional(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  exitReason: z.string().optional(),
});

/** `run.json`: a run that is under way, that made no artifact, or that the database has not read yet. */
export type RunRecord = z.output<typeof recordSchema>;

/** The folder of a run's record: `run.json`, and its points as another name of the `metrics.jsonl` that the stage appends to. */
export function recordFolder(workspace: string, id: string): string {
  return join(workspace, '.retort', 'runs', id);
}

/** What stays of a run, whatever becomes of it and of its artifact. All is written at once, without waiting: a signal may be what ended it. */
export class RunRecorder {
  #record: RunRecord;
  readonly #folder: string;

  constructor(workspace: string, start: Pick<RunRecord, 'experiment' | 'stage' | 'config' | 'seed' | 'machine'>) {
    const startedAt = new Date();
    const id = timeOrderedUuid(startedAt);
    this.#folder = recordFolder(workspace, id);
    this.#record = {
      ...{ format: 1, id, ...start, status: 'running', host: hostname(), pid: process.pid },
      startedAt: startedAt.toISOString(),
    };
    mkdirSync(this.#folder, { recursive: true });
    dropOldRecords(workspace);
    this.#write();
  }

  get record(): RunRecord {
    return this.#record;
  }

  /** A file that grows, such as the points, stays under a second name, whatever becomes of the artifact's temporary folder. */
  keep(file: string): void {
    try {
      linkSync(file, join(this.#folder, basename(file)));
    } catch {
      // A file system without links: the file is kept as long as the temporary folder.
    }
  }

  update(changes: Partial<RunRecord>): void {
    this.#record = { ...this.#record, ...changes };
    if (existsSync(this.#folder)) this.#write();
  }

  end(status: 'failed' | 'killed', exitReason: string): void {
    if (this.#record.status !== 'running') return;
    this.update({ status, exitReason, endedAt: new Date().toISOString() });
  }

  /** The artifact tells everything now. Its manifest and points stay here too: the stage may run again before anybody read them. */
  succeeded(artifact: string): void {
    try {
      linkSync(join(artifact, 'manifest.json'), join(this.#folder, 'manifest.json'));
      this.update({ status: 'succeeded', endedAt: new Date().toISOString() });
    } catch {
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  #write(): void {
    writeRecord(this.#folder, this.#record);
  }
}

export function writeRecord(folder: string, record: RunRecord): void {
  const file = join(folder, 'run.json');
  try {
    writeFileSync(`${file}.tmp`, `${JSON.stringify(record, null, 2)}\n`);
    renameSync(`${file}.tmp`, file);
  } catch {
    // A disk that is full must not end a stage for its record.
  }
}

/** Undefined for what is no record: being removed just now, or damaged. */
export function readRecord(workspace: string, id: string): RunRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(join(recordFolder(workspace, id), 'run.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The ids of all records, the oldest first. */
export function listRecords(workspace: string): string[] {
  const folder = join(workspace, '.retort', 'runs');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** Whether the stage still runs, as far as this machine can tell: one of another machine (or container) for a week at most. */
export function isRunning({ status, host, pid, startedAt }: RunRecord): boolean {
  if (status !== 'running') return false;
  return host === hostname() ? isAlive(pid) : Date.now() - Date.parse(startedAt) < 7 * 24 * 3_600_000;
}

function dropOldRecords(workspace: string): void {
  for (const id of listRecords(workspace).slice(0, -keptRecords)) {
    const record = readRecord(workspace, id);
    if (record === undefined || !isRunning(record))
      rmSync(recordFolder(workspace, id), { recursive: true, force: true });
  }
}

/** Version 7 of RFC 9562: milliseconds, then chance. Sorted by name they are sorted by time. */
function timeOrderedUuid(time: Date): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(time.getTime(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
