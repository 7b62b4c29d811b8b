import { mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Progress } from '@retort/shared';
import type { NamedArrays } from './arrays.ts';
import { readRecord, readRecordAbout, writeRecord } from './record-file.ts';
import { machineDifference, misfit, type Subject } from './subject.ts';

/** As many checkpoints are kept: if the newest cannot be read, the one before can. */
const generations = 2;
/** A checkpoint by the clock waits at least so many times as long as the last one took to write: 5 % of the time. */
const leastPause = 20;

export interface Place {
  /** Steps done. */
  readonly step: number;
  /** The epoch that is under way, from 1. */
  readonly epoch: number;
}

export interface Snapshot {
  readonly state: unknown;
  readonly arrays: NamedArrays;
}

/** The folder in which a stage keeps what it needs to go on: outside of the artifacts, and ignored by git and Nx. */
export function checkpointFolder(workspace: string, experiment: string, stage: string): string {
  return join(workspace, '.retort', 'checkpoints', experiment, stage);
}

/** The checkpoints of one training stage. What goes wrong with them is told, and never ends the training. */
export class Checkpoints {
  readonly #folder: string;
  readonly #subject: Subject;
  readonly #minutes: number;
  readonly #progress: Progress;
  readonly #now: () => number;
  /** Names of files that can be gone on with, the newest last. */
  #good: string[] = [];
  #savedAt: number;
  /** Milliseconds that the last checkpoint took. */
  #duration = 0;

  constructor(options: {
    folder: string;
    subject: Subject;
    /** Between two checkpoints by the clock; 0: one after every step. */
    minutes: number;
    progress: Progress;
    /** The clock, in milliseconds. */
    now?: () => number;
  }) {
    this.#folder = options.folder;
    this.#subject = options.subject;
    this.#minutes = options.minutes;
    this.#progress = options.progress;
    this.#now = options.now ?? performance.now.bind(performance);
    this.#savedAt = this.#now();
  }

  /** The path of the newest checkpoint that can be gone on with, as messages call it. */
  get last(): string | undefined {
    const name = this.#good.at(-1);
    return name === undefined ? undefined : this.#name(name);
  }

  /** The step after which the newest checkpoint goes on. */
  get lastStep(): number | undefined {
    const name = this.#good.at(-1);
    return name === undefined ? undefined : Number(/^step-(\d+)/.exec(name)?.[1]);
  }

  /** The newest checkpoint that fits and is whole. Says why others are passed over. */
  load(): Snapshot | undefined {
    let complaint: string | undefined;
    for (const name of this.#names().reverse()) {
      const path = join(this.#folder, name);
      try {
        const about = readRecordAbout(path);
        const reason = misfit(about, this.#subject);
        if (reason !== undefined) {
          complaint ??= `the checkpoint ${this.#name(name)} is not used: ${reason}`;
          continue;
        }
        const record = readRecord(path);
        this.#good = [name];
        this.#noteMachine(about);
        return record;
      } catch (error) {
        this.#progress.line(`the checkpoint ${this.#name(name)} cannot be read: ${messageOf(error)}`);
        complaint ??= 'no checkpoint is whole';
      }
    }
    if (complaint !== undefined) this.#progress.line(`${complaint}; training begins at the start`);
    return undefined;
  }

  /** A checkpoint by the clock. `take` gives nothing where there is nothing good to keep. */
  async saveIfDue(place: Place, take: () => Promise<Snapshot | undefined>): Promise<void> {
    const pause = Math.max(this.#minutes * 60_000, this.#minutes === 0 ? 0 : leastPause * this.#duration);
    if (this.#now() - this.#savedAt < pause) return;
    const snapshot = await take();
    if (snapshot !== undefined) await this.save(place, snapshot);
  }

  /** Where it cannot be written, the last good one stays, and training goes on. */
  async save({ step, epoch }: Place, snapshot: Snapshot): Promise<void> {
    const started = this.#now();
    const name = `step-${pad(step)}-epoch-${pad(epoch)}.checkpoint`;
    try {
      await this.#write(name, snapshot);
      this.#good = [...this.#good.filter((good) => good !== name), name].slice(-generations);
      this.#prune();
    } catch (error) {
      const kept = this.last === undefined ? 'there is none yet' : `the last good one is ${this.last}`;
      this.#progress.line(
        `warning: no checkpoint after step ${step}: ${messageOf(error)}; training goes on, and ${kept}`,
      );
    }
    this.#savedAt = this.#now();
    this.#duration = this.#savedAt - started;
  }

  /** To be called when the stage has succeeded. */
  clear(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    try {
      // The experiment's folder and the one above go too, if nothing else is in them.
      for (const folder of [dirname(this.#folder), dirname(dirname(this.#folder))]) rmdirSync(folder);
    } catch {}
  }

  async #write(name: string, snapshot: Snapshot): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    await writeRecord(join(this.#folder, name), { about: this.#subject, ...snapshot });
  }

  /** Removes what is older, unreadable, of another training, or half-written by a process that was killed. */
  #prune(): void {
    for (const name of readdirSync(this.#folder)) {
      if (!this.#good.includes(name)) rmSync(join(this.#folder, name), { force: true });
    }
  }

  /** The checkpoints that are there, the oldest first. */
  #names(): string[] {
    try {
      return readdirSync(this.#folder)
        .filter((name) => name.endsWith('.checkpoint'))
        .sort();
    } catch {
      return [];
    }
  }

  #name(file: string): string {
    return relative(process.cwd(), join(this.#folder, file));
  }

  #noteMachine(about: unknown): void {
    const change = machineDifference(about, this.#subject);
    if (change !== undefined) this.#progress.line(`${change} since the checkpoint: the last bits may differ`);
  }
}

function messageOf(error: unknown): string {
  return (error as Error).message;
}

function pad(count: number): string {
  return String(count).padStart(8, '0');
}
