import { findOpenVino } from '../openvino/find.ts';

/** Whether OpenVINO is installed; where it is not, tests of it are counted as skipped. */
export const hasOpenVino = findOpenVino() !== undefined;

/** The C library. To be asked for only where there is one. */
export function openVinoPath(): string {
  const found = findOpenVino();
  if (found === undefined) throw new Error('OpenVINO is not installed');
  return found.path;
}
