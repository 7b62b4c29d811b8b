import { readdirSync, readFileSync } from 'node:fs';

/** What processes use. */
export interface ProcessUse {
  readonly memoryBytes: number;
  /** Of processors, since the look before. */
  readonly cpuSeconds: number;
}

/** In which Linux counts the time of processors, wherever Node runs. */
const ticksPerSecond = 100;

/**
 * A function that tells what the processes use that a process, by default this one, has started, and those that these have started, since it was
 * called last. Undefined until it has seen one, and on other systems than Linux. `without`: one of them that does not count, nor do its own.
 *
 * Memory is what each has for itself, and what that one maps which maps most, for workers map the same files: exact sums of shared pages are there,
 * too, but the kernel takes a tenth of a second for a large process, in which that process may have to wait.
 */
export function startedProcesses({
  of = 'self',
  without,
}: {
  of?: number | 'self';
  without?: number;
} = {}): () => ProcessUse | undefined {
  let last = look(of, without);
  let seen = (last?.own.size ?? 0) > 0;
  return () => {
    const now = look(of, without);
    if (last === undefined || now === undefined) return undefined;
    const before = last;
    last = now;
    seen ||= now.own.size > 0;
    if (!seen) return undefined;
    // A process that ends leaves its time to the one that started it. If that one is gone, too, it is lost, and only what goes on can be told.
    const grown = sum([...now.own].map(([id, ticks]) => Math.max(0, ticks - (before.own.get(id) ?? 0))));
    return { memoryBytes: now.memoryBytes, cpuSeconds: Math.max(now.ticks - before.ticks, grown) / ticksPerSecond };
  };
}

interface Look {
  readonly memoryBytes: number;
  /** Of all, with those that have ended. */
  readonly ticks: number;
  /** Of each that is there, by its number. */
  readonly own: ReadonlyMap<number, number>;
}

function look(of: number | 'self', without: number | undefined): Look | undefined {
  try {
    const own = new Map<number, number>();
    let ticks = ticksOf(of).ended;
    let alone = 0;
    let mapped = 0;
    for (const id of below(of, without)) {
      try {
        const used = ticksOf(id);
        const memory = memoryOf(id);
        own.set(id, used.own);
        ticks += used.own + used.ended;
        alone += memory.alone;
        mapped = Math.max(mapped, memory.mapped);
      } catch {
        // It has ended meanwhile.
      }
    }
    return { memoryBytes: alone + mapped, ticks, own };
  } catch {
    // Only Linux tells.
    return undefined;
  }
}

function* below(id: number | 'self', without: number | undefined): Generator<number> {
  for (const thread of readdirSync(`/proc/${id}/task`)) {
    const children = readFileSync(`/proc/${id}/task/${thread}/children`, 'utf8');
    for (const child of children.split(' ').filter(Boolean).map(Number)) {
      if (child === without) continue;
      yield child;
      try {
        yield* below(child, without);
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

/** Its own time, and that of those it had started and has seen end; in user and in system mode. proc_pid_stat(5) has the fields. */
function ticksOf(id: number | 'self'): { readonly own: number; readonly ended: number } {
  const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
  // The name, the second field, may have anything in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
  return { own: user + system, ended: endedUser + endedSystem };
}

function memoryOf(id: number): { readonly alone: number; readonly mapped: number } {
  const status = readFileSync(`/proc/${id}/status`, 'utf8');
  const bytes = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
  return { alone: bytes('RssAnon'), mapped: bytes('RssFile') + bytes('RssShmem') };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
