export { builtDevices, type DeviceName, deviceNames, executorFor, isDeviceExecutor } from './devices.ts';
export type * from './executor.ts';
export { onnxruntimeCpu } from './onnxruntime.ts';
export { saturates } from './saturation.ts';
export { onnxruntimeWebgpu } from './webgpu.ts';
