import { createRequire } from 'node:module';
import util from 'node:util';
import { UserError } from '@retort/shared';
import { registerTranspose } from './transpose.ts';

/** What TensorFlow.js exports. */
export type TensorFlow = typeof import('@tensorflow/tfjs');

/** The packages that bring TensorFlow.js, the fastest first. */
export const tensorflowPackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node', '@tensorflow/tfjs'] as const;
export type TensorFlowPackage = (typeof tensorflowPackages)[number];

/** TensorFlow.js with one of its backends chosen. */
export interface LoadedTensorFlow {
  readonly tf: TensorFlow;
  readonly package: TensorFlowPackage;
  /** `gpu`, `cpu`, or `javascript` where no native library computes. */
  readonly device: 'gpu' | 'cpu' | 'javascript';
  /** Of TensorFlow.js, and of the native TensorFlow below it. */
  readonly versions: Readonly<Record<string, string>>;
  /** Why the packages before this one were passed over, a line each. */
  readonly passedOver: readonly string[];
}

const require = createRequire(import.meta.url);

/** Loads the first package that works; a UserError if none does. */
export function loadTensorFlow(packages: readonly TensorFlowPackage[] = tensorflowPackages): LoadedTensorFlow {
  prepareProcess();
  const passedOver: string[] = [];
  for (const name of packages) {
    try {
      const tf = name === '@tensorflow/tfjs' ? loadPlain() : loadNative(name);
      return { tf, package: name, ...describeBackend(tf, name), passedOver };
    } catch (error) {
      passedOver.push(`${name}: ${firstSentence(error)}`);
    }
  }
  throw new UserError(`TensorFlow.js cannot be loaded: ${passedOver.join('; ')}`, {
    remedy: 'install the packages again (pnpm install), or train with --engine onnxruntime',
  });
}

/** What the native packages expect of the process that loads them. */
function prepareProcess(): void {
  // They call a function that Node 23 dropped.
  if (!('isNullOrUndefined' in util)) {
    Object.assign(util, { isNullOrUndefined: (x: unknown) => x === null || x === undefined });
  }
  // Warnings and errors of the native library alone.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
}

function loadPlain(): TensorFlow {
  const tf: TensorFlow = require('@tensorflow/tfjs');
  // Without this it prints an advertisement, and a warning for each kernel that two packages register.
  tf.enableProdMode();
  if (!tf.setBackend('cpu')) throw new Error('its backend "cpu" does not start');
  registerTranspose(tf);
  return tf;
}

function loadNative(name: TensorFlowPackage): TensorFlow {
  loadPlain();
  const tf: TensorFlow = require(name);
  if (!tf.setBackend('tensorflow')) throw new Error('its native backend does not start');
  return tf;
}

function describeBackend(tf: TensorFlow, name: TensorFlowPackage): Pick<LoadedTensorFlow, 'device' | 'versions'> {
  const versions = { tfjs: tf.version.tfjs };
  if (name === '@tensorflow/tfjs') return { device: 'javascript', versions };
  const backend: object = tf.backend();
  const onGpu = 'isUsingGpuDevice' in backend && backend.isUsingGpuDevice === true;
  return { device: onGpu ? 'gpu' : 'cpu', versions: { ...versions, ...nativeVersion(backend) } };
}

/** The version of the TensorFlow library that the addon is linked to. */
function nativeVersion(backend: object): Record<string, string> {
  if (!('binding' in backend) || typeof backend.binding !== 'object' || backend.binding === null) return {};
  const { binding } = backend;
  return 'TF_Version' in binding ? { tensorflow: String(binding.TF_Version) } : {};
}

function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('tfjs_binding.node')) return 'its native addon is not there';
  return message.split('\n')[0];
}
