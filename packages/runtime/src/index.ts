export { builtDevices, type DeviceName, deviceNames, executorFor, isDeviceExecutor } from './devices.ts';
export type * from './executor.ts';
export { onnxruntimeCpu } from './onnxruntime.ts';
export { saturates } from './saturation.ts';
export { compileModel, type PoolOptions, SessionPool, type TaskSource } from './pool/pool.ts';
export { startWorker, type WorkerEvents, type WorkerHandle, type WorkerKind } from './pool/worker.ts';
export { type Task, WorkerDied } from './pool/worker-client.ts';
export { serveMessages } from './pool/worker-port.ts';
export { onnxruntimeWebgpu } from './webgpu.ts';
