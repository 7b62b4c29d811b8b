import { readFileSync } from 'node:fs';

/**
 * The largest resident memory that this process has had, in bytes. Linux tells it of the program that runs; what `resourceUsage` says
 * counts the process that started it, too, where that was larger.
 */
export function peakMemory(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return 1024 * Number(kilobytes);
  } catch {
    // Only Linux has the file.
  }
  return 1024 * process.resourceUsage().maxRSS;
}
