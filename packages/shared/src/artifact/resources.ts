import type { MetricPoint } from './metrics-log.ts';

/** Milliseconds between two looks. */
const interval = 5000;

interface Log {
  append(...points: readonly MetricPoint[]): void;
}

/**
 * Notes every five seconds what this process uses: `resources.memory_bytes` (resident) and `resources.cpu_cores`, the processor seconds a
 * second since the look before. Processes that it starts are not in it. Ends by the function that it returns, and keeps no process alive.
 */
export function watchResources(log: Log): () => void {
  const look = resourceMeter();
  const timer = setInterval(() => log.append(...look(performance.now())), interval);
  timer.unref();
  return () => clearInterval(timer);
}

/** A function that tells what was used since it was called last; it is given the time in milliseconds. */
export function resourceMeter(start = performance.now()): (now: number) => MetricPoint[] {
  let last = { time: start, usage: process.cpuUsage() };
  return (time) => {
    const { user, system } = process.cpuUsage(last.usage);
    const cores = (user + system) / 1000 / (time - last.time);
    last = { time, usage: process.cpuUsage() };
    return [
      { name: 'resources.memory_bytes', value: process.memoryUsage.rss() },
      { name: 'resources.cpu_cores', value: Math.round(cores * 1000) / 1000 },
    ];
  };
}
