import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { formatPlace, isDiskFull, UserError } from '../errors.ts';
import type { Experiment } from '../experiment/load.ts';
import { type ArtifactName, stageSlice } from '../experiment/stages.ts';
import { listFiles, sha256File } from '../files.ts';
import { tellAtLast } from '../terminal/last-words.ts';
import { ConsoleLog, consoleFile } from './console-log.ts';
import { dropTemporaryFolder, makeTemporaryFolder, swapIn } from './folder-swap.ts';
import { describeGit } from './git.ts';
import { formatChecksums } from './inputs.ts';
import { describeMachine } from './machine.ts';
import type { Manifest } from './manifest.ts';
import { MetricsLog } from './metrics-log.ts';
import { artifactFolder } from './read.ts';
import { watchResources } from './resources.ts';
import { RunRecorder } from './run-record.ts';
import { StageSignals } from './stage-signals.ts';
import { startRecorder } from './start-recorder.ts';

/** Characters of why a run failed that its record has at most. */
const longestReason = 2000;

/** Files with times in them: they tell about a run, but the next stage must not depend on them. */
const records = new Set(['manifest.json', 'metrics.jsonl', consoleFile, 'checksums.txt']);

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
    /** What the artifact was made from, as it was when it was read: a file of the workspace or another name -> sha256. */
    inputs: Readonly<Record<string, string>>;
    metrics?: Readonly<Record<string, number>>;
    versions?: Readonly<Record<string, string>>;
    /** What a training stage computed with. */
    engine?: Manifest['engine'];
    /** Whether sums of uint8 x int8 products saturate on this machine, where the stage ran int8 models. */
    saturates?: boolean;
  }): Promise<Manifest>;
  /**
   * Does work that Ctrl-C and SIGTERM do not end at once: its signal is aborted, it comes to an end, and then the process does. A second one
   * ends it at once. Where it was told to stop the work says so; else the stage does.
   */
  interruptible<T>(work: (stop: AbortSignal) => Promise<T>): Promise<T>;
  /** Notes why there will be no artifact: what is known of the run stays, with its points. */
  giveUp(status: 'failed' | 'killed', exitReason: string): void;
  /** Removes the temporary folder. Without effect after `commit`. */
  discard(): void;
}

/**
 * Makes one artifact: `make` writes its files and commits. Whatever goes wrong, Ctrl-C included, nothing half-written
 * stays, and an artifact that was there before stays whole.
 */
export async function writeArtifact<T>(
  experiment: Experiment,
  stage: ArtifactName,
  make: (writer: ArtifactWriter) => Promise<T>,
): Promise<T> {
  const unfinished = await createWriter(experiment, stage);
  const signals = new StageSignals((signal, inOrder) => {
    try {
      if (!inOrder) tellAtLast(`${stage} ${experiment.name}  stopped; run it again`);
      unfinished.giveUp('killed', signal);
      unfinished.discard();
    } finally {
      process.exit(128 + constants.signals[signal]);
    }
  });
  const writer: ArtifactWriter = { ...unfinished, interruptible: (work) => signals.interruptible(work) };
  try {
    const result = await make(writer);
    if (existsSync(writer.folder)) throw new Error(`the ${stage} stage ended without a commit of its artifact`);
    return result;
  } catch (error) {
    const reason = isDiskFull(error) ? diskFull(error, writer) : error;
    writer.giveUp('failed', reasonOf(reason));
    throw reason;
  } finally {
    signals.close();
    writer.discard();
  }
}

/** In one line: what, and of a mistake that the user can mend also where, and what to do. */
function reasonOf(error: unknown): string {
  if (!(error instanceof UserError)) return (error instanceof Error ? error.message : String(error)).split('\n')[0];
  const place = formatPlace(error.place);
  const whole = `${error.message}${place === '' ? '' : `, at ${place}`}; do: ${error.remedy}`;
  return whole.replaceAll(/\s*\n\s*/g, ' ').slice(0, longestReason);
}

function diskFull(cause: NodeJS.ErrnoException, writer: ArtifactWriter): UserError {
  return new UserError(`the disk is full: the artifact could not be written (${cause.message})`, {
    place: { file: relative(process.cwd(), cause.path ?? writer.target) },
    remedy: 'free some space and run the stage again',
    cause,
  });
}

async function createWriter(
  experiment: Experiment,
  stage: ArtifactName,
): Promise<Omit<ArtifactWriter, 'interruptible'>> {
  const { name, workspace, config } = experiment;
  const target = artifactFolder(workspace, name, stage);
  await mkdir(dirname(target), { recursive: true });
  const folder = makeTemporaryFolder(target);
  const metrics = new MetricsLog(join(folder, 'metrics.jsonl'));
  const slice = stageSlice(config, stage);
  const start = { experiment: name, stage, config: slice, seed: config.seed, machine: describeMachine() };
  const recorder = new RunRecorder(workspace, start);
  const said = new ConsoleLog(join(folder, consoleFile));
  for (const file of ['metrics.jsonl', consoleFile]) recorder.keep(join(folder, file));
  const git = describeGit(workspace);
  const { id, host, machine, startedAt } = recorder.record;
  const unwatch = watchResources(metrics, startRecorder(workspace, id));
  const gitKnown = git.then((state) => recorder.update({ git: state }));

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
      unwatch();
      metrics.close();
      await gitKnown;
      checkFinite(result.metrics ?? {});
      const files = await listFiles(folder);
      const outputs = await digests(
        folder,
        files.filter((file) => !records.has(file)),
      );
      const manifest: Manifest = {
        format: 1,
        experiment: name,
        stage,
        config: slice,
        seed: config.seed,
        inputs: Object.fromEntries(Object.entries(result.inputs).sort(([a], [b]) => (a < b ? -1 : 1))),
        outputs,
        versions: { node: process.version, ...result.versions },
        engine: result.engine,
        machine: { ...machine, saturates: result.saturates },
        ...{ run: id, host, git: await git },
        startedAt,
        endedAt: new Date().toISOString(),
        metrics: { ...result.metrics },
      };
      // The next stages' cache keys read the checksums: equal outputs stay equal, whenever they were made.
      await writeFile(join(folder, 'checksums.txt'), formatChecksums(outputs));
      await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
      swapIn(folder, target);
      said.moved(join(target, consoleFile));
      recorder.succeeded(target);
      return manifest;
    },
    giveUp(status, exitReason) {
      said.append(`${status}: ${exitReason}`);
      recorder.end(status, exitReason);
    },
    discard() {
      unwatch();
      metrics.abandon();
      dropTemporaryFolder(folder);
    },
  };
}

function checkFinite(metrics: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(metrics)) {
    if (!Number.isFinite(value)) throw new RangeError(`the metric "${name}" is ${value}: JSON has no such number`);
  }
}

async function digests(root: string, files: readonly string[]): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const file of files) sums[file] = await sha256File(join(root, file));
  return sums;
}
