import {
  type DeviceName,
  type Executor,
  executorFor,
  isDeviceExecutor,
  onnxruntimeCpu,
  type PrecisionChoice,
} from '@retort/runtime';
import { nearest, type Progress, type TrainingConfig, UserError } from '@retort/shared';
import { createDeviceEvaluator } from '../device/evaluator.ts';
import { createDeviceLearner } from '../device/learner.ts';
import type { ModelConfig } from '../model/config.ts';
import type { ModelOutput } from '../model/outputs.ts';
import type { Parameters } from '../model/parameters.ts';
import type { LargeSteps } from '../optimizer/adamw.ts';
import { openLargeSteps } from '../optimizer/executor-adamw.ts';
import { frozenParameters } from '../optimizer/parameter-groups.ts';
import { HostLearner } from '../training/host-learner.ts';
import type { Learner } from '../training/learner.ts';
import type { EngineOptions, Evaluator, TrainingEngine } from './engine.ts';
import { GuardedEngine } from './guarded-engine.ts';
import { createEngine, createEvaluator } from './onnxruntime.ts';
import { type LoadedTensorFlow, loadTensorFlow, type TensorFlowPackage, tensorflowPackages } from './tfjs/load.ts';
import { createTfjsEngine, createTfjsEvaluator } from './tfjs/tfjs-engine.ts';

export const engineNames = ['onnxruntime', 'tfjs'] as const;
export type EngineName = (typeof engineNames)[number];

/** Names the engine where the command line does not, and so passes through Nx. */
export const engineVariable = 'RETORT_ENGINE';

/** The engine that a stage trains with. */
export interface ChosenEngine {
  readonly name: EngineName;
  /** What computes: `cpu`; `tfjs-node-gpu on gpu`. */
  readonly backend: string;
  /** Such as `onnxruntime 1.30.0 on cpu`. */
  readonly description: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Whether the first steps are computed by a second engine, too, and compared (guarded-engine.ts). */
  readonly isWatched: boolean;
  /** Why this device, where it was measured. */
  readonly choice?: string;
  /** Why another engine has taken over in the first steps, if one has. */
  fallback?(): string | undefined;
  /** Gradients alone. */
  createEngine(options: EngineOptions): Promise<TrainingEngine>;
  /** A model in training, with its optimizer; what the settings freeze is frozen in both. */
  createLearner(options: EngineOptions, settings: TrainingConfig): Promise<Learner>;
  /** `wanted`: what the model is asked for, logits by default. */
  createEvaluator(config: ModelConfig, parameters: Parameters, wanted?: readonly ModelOutput[]): Promise<Evaluator>;
}

/** The name as an option or the environment gives it; nothing at all means onnxruntime. */
export function parseEngineName(text: string | boolean | undefined): EngineName {
  if (text === undefined || text === '') return 'onnxruntime';
  const name = engineNames.find((known) => known === text);
  if (name !== undefined) return name;
  const near = nearest(String(text), engineNames);
  throw new UserError(`there is no engine "${text}"`, {
    place: { field: `--engine, or ${engineVariable} in the environment` },
    remedy: near === undefined ? `use one of: ${engineNames.join(', ')}` : `did you mean "${near}"?`,
  });
}

/** Loads an engine; what people must know of the choice is printed. */
export function chooseEngine(
  name: EngineName,
  progress: Progress,
  packages: readonly TensorFlowPackage[] = tensorflowPackages,
  device: DeviceName = 'cpu',
  precision: PrecisionChoice = 'auto',
): ChosenEngine {
  return name === 'tfjs'
    ? chooseTfjs(loadTensorFlow(packages), progress)
    : onExecutor(executorFor(device, precision), device, progress);
}

/** The engine that trains on an executor. */
export function onExecutor(executor: Executor, device: DeviceName, progress: Progress): ChosenEngine {
  let fallback: string | undefined;
  const onFallBack = (reason: string) => {
    fallback = reason;
  };
  const make = (options: EngineOptions) => guarded(executor, options, progress, onFallBack);
  return {
    name: 'onnxruntime',
    backend: device,
    description: `${executor.name} ${executor.version} on ${executor.device}${executor.precision === undefined ? '' : ` in ${executor.precision}`}`,
    versions: { [executor.name]: executor.version },
    isWatched: executor.precision === 'bf16',
    fallback: () => fallback,
    createEngine: make,
    ...(isDeviceExecutor(executor)
      ? {
          createLearner: (options, settings) => createDeviceLearner(executor, options, settings),
          createEvaluator: (config, parameters, wanted) => createDeviceEvaluator(executor, config, parameters, wanted),
        }
      : {
          createLearner: (options, settings) => hostLearner(make, options, settings, largeSteps(executor)),
          createEvaluator: (config, parameters, wanted) => createEvaluator(executor, config, parameters, wanted),
        }),
  };
}

/** In bf16 the first steps are compared with onnxruntime's in fp32, which takes the least memory beside; weights, optimizer and loss are fp32 in any case. */
async function guarded(
  executor: Executor,
  options: EngineOptions,
  progress: Progress,
  onFallBack: (reason: string) => void,
): Promise<TrainingEngine> {
  const fast = await createEngine(executor, options);
  if (executor.precision !== 'bf16') return fast;
  const makeReference = () => createEngine(onnxruntimeCpu, options);
  return new GuardedEngine({
    fast,
    name: 'bf16',
    referenceName: 'onnxruntime in fp32',
    makeReference,
    progress,
    onFallBack,
  });
}

function chooseTfjs(loaded: LoadedTensorFlow, progress: Progress): ChosenEngine {
  const { tf, device, versions, passedOver } = loaded;
  for (const reason of passedOver) progress.line(`not used: ${reason}`);
  if (device === 'javascript') {
    progress.line(
      'warning: TensorFlow.js computes in plain JavaScript here, which is for tiny models alone; packages/trainer/README.md says what the native packages need',
    );
  }
  const backend = `${loaded.package.replace('@tensorflow/', '')} on ${device}`;
  const library = versions.tensorflow === undefined ? '' : `, TensorFlow ${versions.tensorflow}`;
  return {
    name: 'tfjs',
    backend,
    description: `TensorFlow.js ${versions.tfjs} (${backend}${library})`,
    versions,
    isWatched: false,
    createEngine: async (options) => createTfjsEngine(tf, options),
    createLearner: (options, settings) => hostLearner(async (given) => createTfjsEngine(tf, given), options, settings),
    createEvaluator: async (config, parameters, wanted) => createTfjsEvaluator(tf, config, parameters, wanted),
  };
}

async function hostLearner(
  makeEngine: (options: EngineOptions) => Promise<TrainingEngine>,
  options: EngineOptions,
  settings: TrainingConfig,
  openLarge?: (threads?: number) => Promise<LargeSteps>,
): Promise<Learner> {
  const frozen = frozenParameters(options.config, settings);
  const large = await openLarge?.(options.threads);
  try {
    return new HostLearner(await makeEngine({ ...options, frozen }), options, settings, large);
  } catch (error) {
    await large?.close();
    throw error;
  }
}

/** Where the executor is OpenVINO, AdamW is by OpenVINO, too; in fp32 in any case. */
function largeSteps({ name }: Executor): ((threads?: number) => Promise<LargeSteps>) | undefined {
  if (name !== 'openvino') return undefined;
  return (threads) => openLargeSteps(executorFor('openvino', 'fp32'), threads);
}
