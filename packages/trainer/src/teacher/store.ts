import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, UserError } from '@retort/shared';
import { memorySize } from '../memory/estimate.ts';
import { isWhole } from './target-file.ts';

/** Gigabytes that the store may take, in the environment. */
export const limitVariable = 'RETORT_TEACHER_GB';
const defaultGigabytes = 20;

/** The folder of what teachers gave, of all experiments of a workspace: outside of the artifacts, ignored by git and Nx. */
export function teacherFolder(workspace: string): string {
  return join(workspace, '.retort', 'teacher');
}

/** Bytes that the store may take. */
export function storeLimit(environment = process.env): number {
  const text = environment[limitVariable];
  if (text === undefined || text === '') return defaultGigabytes * 2 ** 30;
  const limit = Number(text);
  if (Number.isFinite(limit) && limit >= 0) return limit * 2 ** 30;
  throw new UserError(`"${text}" is no number of gigabytes`, {
    place: { field: limitVariable },
    remedy: `give a number from 0, such as ${defaultGigabytes}`,
  });
}

/**
 * Files by a key, which names a folder, and an output, which names a file in it. Where the store gets larger than its limit, the
 * folders that were used least lately go, but none that the training under way reads.
 */
export class TeacherStore {
  readonly #folder: string;
  readonly #limit: number;

  /** `limit`: bytes. */
  constructor(folder: string, limit: number) {
    this.#folder = folder;
    this.#limit = limit;
  }

  path(key: string, output: string): string {
    // A colon is no character of a file's name on Windows.
    return join(this.#folder, key, output.replace(':', '-'));
  }

  /** What a file's checksum begins with. */
  label(key: string, output: string): string {
    return `${key}/${output}`;
  }

  /** Whether it is there and undamaged. */
  has(key: string, output: string, bytes: number): Promise<boolean> {
    return isWhole(this.path(key, output), this.label(key, output), bytes);
  }

  /** Makes a folder, or notes that it is used. */
  use(key: string): void {
    const folder = join(this.#folder, key);
    mkdirSync(folder, { recursive: true });
    const now = new Date();
    utimesSync(folder, now, now);
  }

  /**
   * Makes room for so many bytes more. Throws a UserError if the disk has not so much; `field` is where the experiment says what
   * is asked of the teacher.
   */
  makeRoom(bytes: number, used: ReadonlySet<string>, field: { readonly file: string; readonly field: string }): void {
    mkdirSync(this.#folder, { recursive: true });
    const folders = this.#folders();
    let total = bytes + folders.reduce((sum, { size }) => sum + size, 0);
    for (const { name, size } of folders.sort((a, b) => a.usedAt - b.usedAt)) {
      if (total <= this.#limit) break;
      if (used.has(name)) continue;
      rmSync(join(this.#folder, name), { recursive: true, force: true });
      total -= size;
    }
    const { bavail, bsize } = statfsSync(this.#folder);
    if (bytes <= bavail * bsize) return;
    throw new UserError(
      `what the teacher gives takes ${memorySize(bytes)}, and the disk of ${this.#folder} has ${memorySize(bavail * bsize)} left`,
      {
        place: field,
        remedy: 'free some space, compare fewer layers, [CLS] alone ("tokens": "cls"), or train for fewer epochs',
      },
    );
  }

  /** Every folder, with its size in bytes and the time of its last use; what dead processes left half-written goes. */
  #folders(): { name: string; size: number; usedAt: number }[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder).map((name) => {
      const folder = join(this.#folder, name);
      let size = 0;
      for (const file of readdirSync(folder)) {
        const path = join(folder, file);
        const writer = /\.(\d+)\.tmp$/.exec(file);
        if (writer !== null && !isAlive(Number(writer[1]))) rmSync(path, { force: true });
        else size += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      }
      return { name, size, usedAt: statSync(folder).mtimeMs };
    });
  }
}
