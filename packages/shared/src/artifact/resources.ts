import type { MetricPoint } from './metrics-log.ts';
import { startedProcesses } from './started-processes.ts';

/** Milliseconds between two looks. */
const interval = 5000;

interface Log {
  append(...points: readonly MetricPoint[]): void;
}

/**
 * Notes every five seconds what this process uses: `resources.memory_bytes` (resident) and `resources.cpu_cores`, the processor seconds a
 * second since the look before; and, once it has started some, the same of its worker processes, as `resources.workers.memory_bytes` and
 * `resources.workers.cpu_cores`. The process `recorder` is none of them. Ends by the function that it returns, and keeps no process alive.
 */
export function watchResources(log: Log, recorder?: number): () => void {
  const look = resourceMeter(performance.now(), startedProcesses({ without: recorder }));
  const timer = setInterval(() => log.append(...look(performance.now())), interval);
  timer.unref();
  return () => clearInterval(timer);
}

/** A function that tells what was used since it was called last; it is given the time in milliseconds. */
export function resourceMeter(start: number, lookAtWorkers = startedProcesses()): (now: number) => MetricPoint[] {
  let last = { time: start, usage: process.cpuUsage() };
  return (time) => {
    const { user, system } = process.cpuUsage(last.usage);
    const seconds = (time - last.time) / 1000;
    const cores = (used: number) => Math.round((used / seconds) * 1000) / 1000;
    last = { time, usage: process.cpuUsage() };
    const workers = lookAtWorkers();
    return [
      { name: 'resources.memory_bytes', value: process.memoryUsage.rss() },
      { name: 'resources.cpu_cores', value: cores((user + system) / 1e6) },
      ...(workers === undefined
        ? []
        : [
            { name: 'resources.workers.memory_bytes', value: workers.memoryBytes },
            { name: 'resources.workers.cpu_cores', value: cores(workers.cpuSeconds) },
          ]),
    ];
  };
}
