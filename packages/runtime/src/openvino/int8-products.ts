import { describeMachine } from '@retort/shared';
import { mentions } from '../mentions.ts';

/** What OpenVINO's kernels may use of the processor: read by itself, once a process. */
const instructionsVariable = 'ONEDNN_MAX_CPU_ISA';

/**
 * Whether OpenVINO's int8 products may overwrite memory that is not theirs where shapes vary, and so end the process: with AMX, in 2026.4 and before
 * (https://github.com/openvinotoolkit/openvino/issues/37577; docs/performance.md), unless the environment keeps it from AMX.
 */
export function spoilsInt8(flags: readonly string[] = describeMachine().flags): boolean {
  return flags.includes('amx_int8') && mayUseAmx();
}

/** Whether the environment leaves AMX to OpenVINO. */
export function mayUseAmx(): boolean {
  const limit = process.env[instructionsVariable] ?? '';
  return limit === '' || /AMX|DEFAULT|ALL/i.test(limit);
}

/** In names of operators: of the QDQ form, of ONNX's integer products, and of onnxruntime's own, which OpenVINO reads as well (2026.4 does). */
const quantized = [
  'uantizeLinear',
  'MatMulInteger',
  'ConvInteger',
  'QLinear',
  'DynamicQuantize',
  'QAttention',
  'QGemm',
];

/** Whether OpenVINO computes products of a model in int8. */
export async function isQuantized(model: string | Uint8Array): Promise<boolean> {
  // What is wrong with a file OpenVINO says.
  if (typeof model === 'string') return mentions(model, quantized).catch(() => false);
  const bytes = Buffer.from(model.buffer, model.byteOffset, model.byteLength);
  return quantized.some((word) => bytes.includes(word));
}
