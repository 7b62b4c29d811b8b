import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { arch } from 'node:os';

/** `e_machine` of the ELF header (System V ABI) -> the processor as Node calls it. */
const machines: ReadonlyMap<number, string> = new Map([
  [3, 'ia32'],
  [40, 'arm'],
  [62, 'x64'],
  [183, 'arm64'],
  [243, 'riscv64'],
]);
const sharedObject = 3;
const loadSegment = 1;

const notElf = 'it is no shared library (ELF)';
const truncated = 'it is truncated';

/** Whether a fault that `elfFault` gave is that a part of the file is missing. */
export function isTruncation(fault: string): boolean {
  return fault.startsWith(truncated);
}

/**
 * What is wrong with a shared library's file, by its ELF header and the table of its segments; undefined where it can be loaded as far as these tell. Whoever maps a truncated
 * file gets SIGBUS, which ends the process: better to look first. 64-bit little-endian alone; a file of another format is refused. A link that leads nowhere is as good as no file.
 */
export function elfFault(path: string, processor: string = arch()): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : `it cannot be read (${code})`;
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return 'it is no file';
    const { size } = stats;
    const header = Buffer.alloc(64);
    if (readSync(file, header, 0, 64, 0) < 64 || header.readUInt32BE(0) !== 0x7f454c46) return notElf;
    if (header[4] !== 2 || header[5] !== 1) return 'it is not for a 64-bit little-endian processor';
    if (header.readUInt16LE(16) !== sharedObject) return 'it is no shared library, but another kind of ELF file';
    const machine = header.readUInt16LE(18);
    const of = machines.get(machine) ?? `processor ${machine}`;
    if (of !== processor) return `it is for ${of}, and this Node is for ${processor}`;
    const end = Math.max(endOfSegments(file, header, size), endOfSections(header));
    return end > size ? `${truncated}: ${size} of ${end} bytes` : undefined;
  } finally {
    closeSync(file);
  }
}

/** Where the last byte lies that is mapped into memory. */
function endOfSegments(file: number, header: Buffer, size: number): number {
  const [offset, entrySize, count] = [
    Number(header.readBigUInt64LE(32)),
    header.readUInt16LE(54),
    header.readUInt16LE(56),
  ];
  const table = Buffer.alloc(entrySize * count);
  const end = offset + table.length;
  if (end > size || entrySize < 56) return end;
  readSync(file, table, 0, table.length, offset);
  return Array.from({ length: count }, (_, i) => table.subarray(i * entrySize, (i + 1) * entrySize))
    .filter((entry) => entry.readUInt32LE(0) === loadSegment)
    .reduce((last, entry) => Math.max(last, Number(entry.readBigUInt64LE(8) + entry.readBigUInt64LE(32))), end);
}

function endOfSections(header: Buffer): number {
  return Number(header.readBigUInt64LE(40)) + header.readUInt16LE(58) * header.readUInt16LE(60);
}
