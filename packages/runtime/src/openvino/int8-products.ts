import { isMainThread } from 'node:worker_threads';
import { describeMachine } from '@retort/shared';
import { mentions } from '../mentions.ts';
import { isLoaded } from './library.ts';

/** What OpenVINO's kernels may use of the processor, read once a process. */
const instructionsVariable = 'ONEDNN_MAX_CPU_ISA';
/** All that comes before AMX. */
const beforeAmx = 'AVX512_CORE_BF16';

/**
 * Whether OpenVINO's int8 products may overwrite memory that is not theirs where shapes vary, and so end the process: with AMX, in 2026.4 and before
 * (https://github.com/openvinotoolkit/openvino/issues/37577; docs/performance.md).
 */
export function spoilsInt8(flags: readonly string[] = describeMachine().flags): boolean {
  return flags.includes('amx_int8') && !isLimited();
}

/** Whether a model is of the QDQ form, whose products OpenVINO computes in int8. */
export async function isQuantized(model: string | Uint8Array): Promise<boolean> {
  const word = 'DequantizeLinear';
  // What is wrong with a file OpenVINO says.
  if (typeof model === 'string') return mentions(model, word).catch(() => false);
  return Buffer.from(model.buffer, model.byteOffset, model.byteLength).includes(word);
}

/**
 * Has this process do without AMX if its first model is a QDQ one: int8 by VNNI is safe, and twice as fast as without int8. Once OpenVINO is loaded it is too late, and a thread cannot decide for
 * its process.
 */
export async function limitInstructionsFor(model: string): Promise<void> {
  if (isMainThread && !isLoaded() && spoilsInt8() && (await isQuantized(model))) {
    process.env[instructionsVariable] = beforeAmx;
  }
}

function isLimited(): boolean {
  const value = process.env[instructionsVariable];
  return value !== undefined && value !== '' && !/AMX|DEFAULT|ALL/i.test(value);
}
