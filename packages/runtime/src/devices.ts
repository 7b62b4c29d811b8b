import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '@retort/shared';
import * as ort from 'onnxruntime-node';
import type { DeviceExecutor, Executor } from './executor.ts';
import { onnxruntimeCpu, onnxruntimeOn } from './onnxruntime.ts';
import { openvino } from './openvino/executor.ts';
import { findOpenVino } from './openvino/find.ts';
import { type PrecisionChoice, parsePrecision, precisionVariable } from './openvino/precision.ts';
import { onnxruntimeWebgpu } from './webgpu.ts';

/** What onnxruntime's npm package can compute on, on some system or other; and the CPU by OpenVINO, where that is installed. */
export const deviceNames = ['cpu', 'webgpu', 'openvino', 'cuda', 'dml', 'coreml'] as const;
export type DeviceName = (typeof deviceNames)[number];

/** What can be asked for on this system. Whether a fitting device is there, only opening a session tells. */
export function builtDevices(): DeviceName[] {
  const built = ort
    .listSupportedBackends()
    .filter(({ name, bundled }) => bundled || isInstalled(name))
    .map(({ name }) => name);
  return deviceNames.filter((name) => (name === 'openvino' ? findOpenVino() !== undefined : built.includes(name)));
}

/** CUDA's part of onnxruntime is no part of the npm package: its install script brings it, where that may run. */
function isInstalled(provider: string): boolean {
  const binaries = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin');
  const library = join(process.platform, process.arch, `libonnxruntime_providers_${provider}.so`);
  return readdirSync(binaries).some((version) => existsSync(join(binaries, version, library)));
}

export function isDeviceExecutor(executor: Executor): executor is DeviceExecutor {
  return 'openOnDevice' in executor;
}

/**
 * The executor for a device; a UserError where onnxruntime is not built for it on this system, OpenVINO is not installed, or the precision is not to be had: onnxruntime computes in that
 * of the model. Without a precision `RETORT_PRECISION` of the environment, which workers inherit, says it.
 */
export function executorFor(
  device: DeviceName,
  precision: PrecisionChoice = parsePrecision(process.env[precisionVariable]),
): Executor {
  if (device === 'openvino') return openvino(precision);
  if (precision === 'bf16') {
    throw new UserError(`the device ${device} does not compute in bf16`, {
      place: { field: '--precision' },
      remedy: 'use the device openvino, or leave out --precision',
    });
  }
  if (device === 'cpu') return onnxruntimeCpu;
  const built = builtDevices();
  if (!built.includes(device)) {
    throw new UserError(`onnxruntime has no "${device}" on ${process.platform} ${process.arch}`, {
      place: { field: '--device' },
      remedy: `use one of: ${built.join(', ')}`,
    });
  }
  return device === 'webgpu' ? onnxruntimeWebgpu : onnxruntimeOn(device);
}
