import { elementCount, writeModel } from '@retort/onnx';
import { builtDevices, type DeviceName, executorFor, type PrecisionChoice } from '@retort/runtime';
import { type Progress, Random, type TrainingConfig, UserError } from '@retort/shared';
import type { Model } from '../checkpoint/model-folder.ts';
import { type Batch, collate, cutByTokens } from '../data/batches.ts';
import { type LossTerms, teacherOutputs } from '../losses/terms.ts';
import { outputName, outputShape } from '../model/outputs.ts';
import { GraphTrace } from '../ops/tracer.ts';
import { type ChosenEngine, chooseEngine, type EngineName } from './choose.ts';
import type { DeviceChoice } from './device.ts';
import type { TeacherTensor } from './engine.ts';
import { names } from './graphs.ts';
import { watchedSteps } from './guarded-engine.ts';

/** What devices are measured with: the model that is to be trained, and its texts. */
export interface Probe {
  readonly model: Model;
  readonly losses: LossTerms;
  readonly settings: TrainingConfig;
  /** Token ids, one for each text. */
  readonly texts: readonly Int32Array[];
  readonly maxTokens: number;
  readonly seed: number;
}

/** The engine that a stage trains with, once it is known what is to be trained. */
export type EngineFor = (probe: Probe) => Promise<ChosenEngine>;

const timedSteps = 3;

/** Throws a UserError at once where the device cannot be used, before anything is read or computed. */
export async function engineFor(
  name: EngineName,
  device: DeviceChoice,
  progress: Progress,
  precision: PrecisionChoice = 'auto',
): Promise<EngineFor> {
  if (name === 'tfjs' && device !== 'cpu') {
    throw new UserError(`the engine tfjs chooses its device itself, not "${device}"`, {
      place: { field: '--device' },
      remedy: 'leave out --device, or use the engine onnxruntime',
    });
  }
  if (name === 'tfjs' && precision === 'bf16') {
    throw new UserError('the engine tfjs does not compute in bf16', {
      place: { field: '--precision' },
      remedy: 'leave out --precision, or use the engine onnxruntime with the device openvino',
    });
  }
  if (device === 'auto') return (probe) => fastestDevice(probe, progress, builtDevices(), precision);
  if (device !== 'cpu') await requireDevice(device, precision);
  const chosen = chooseEngine(name, progress, undefined, device, precision);
  return async () => chosen;
}

/**
 * Takes some steps of this model, with a batch of its texts of middle length, on every device that there is, and chooses
 * the fastest. The weights of `probe` stay as they are.
 */
export async function fastestDevice(
  probe: Probe,
  progress: Progress,
  devices: readonly DeviceName[] = builtDevices(),
  precision: PrecisionChoice = 'auto',
): Promise<ChosenEngine> {
  const choose = (device: DeviceName) => chooseEngine('onnxruntime', progress, undefined, device, precision);
  const found: { device: DeviceName; milliseconds: number }[] = [];
  const reasons: string[] = [];
  for (const device of devices) {
    progress.update(`measuring ${device}`);
    try {
      if (device !== 'cpu') await requireDevice(device, precision);
      found.push({
        device,
        milliseconds: await stepTime(choose(device), probe),
      });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      reasons.push(`${device} not used: ${error.message.split('\n')[0]}`);
    }
  }
  const [best, ...others] = found.sort((a, b) => a.milliseconds - b.milliseconds);
  if (best === undefined)
    throw new UserError(`no device can train this model: ${reasons.join('; ')}`, {
      place: { field: '--device' },
      remedy: 'use smaller batches or shorter texts',
    });
  const seconds = ({ device, milliseconds }: (typeof found)[number]) =>
    `${device} ${(milliseconds / 1000).toPrecision(3)} s`;
  const choice = [`a step takes ${[best, ...others].map(seconds).join(', ')}`, ...reasons].join('; ');
  progress.line(`device auto: ${best.device}; ${choice}`);
  return { ...choose(best.device), choice };
}

/** Median time of a step in milliseconds, once those have been taken that last longer. `now`: for tests. */
export async function stepTime(
  chosen: Pick<ChosenEngine, 'createLearner' | 'isWatched'>,
  probe: Probe,
  now = () => performance.now(),
): Promise<number> {
  const { model, losses, settings, maxTokens, seed } = probe;
  const { batchSize, dropout } = settings;
  const { config } = model;
  const parameters = new Map(
    [...model.parameters].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
  );
  const learner = await chosen.createLearner(
    { config, parameters, losses, dropout, seed, batchSize, maxTokens },
    settings,
  );
  try {
    await learner.startEpoch(1);
    const texts = middleTexts(probe.texts, batchSize);
    const lengths = texts.map(({ length }) => length);
    const batch = collate(texts, cutByTokens([...texts.keys()], lengths)[0], 0);
    const count = config.labels.length;
    const labels = new Float32Array(batch.size * count).fill(1 / count);
    const targets = { labels, teacher: standIn(losses, count, batch) };
    // The first step compiles; watched ones are computed twice.
    const warmUp = chosen.isWatched ? watchedSteps : 1;
    const times: number[] = [];
    for (let masks = 0; masks < warmUp + timedSteps; masks++) {
      const started = now();
      await learner.step([{ batch, targets, share: 1, masks }], 0);
      times.push(now() - started);
    }
    return times.slice(-timedSteps).sort((a, b) => a - b)[Math.floor(timedSteps / 2)];
  } finally {
    await learner.close();
  }
}

/** Any numbers in the place of the teacher's: how long a step takes does not depend on them. */
function standIn(losses: LossTerms, labels: number, { size, length }: Batch): Map<string, TeacherTensor> {
  const random = new Random(1, 'stand-in');
  const of = { hidden: losses.teacher?.hidden ?? 0, labels };
  return new Map(
    teacherOutputs(losses).map((output) => {
      const shape = outputShape(output, of, size, length).map(Number);
      const data = Float32Array.from({ length: elementCount(shape) }, () => random.normal());
      return [names.teacher(outputName(output)), { shape, data }];
    }),
  );
}

/** So many texts around the one of median length. */
function middleTexts(texts: readonly Int32Array[], count: number): Int32Array[] {
  const sorted = [...texts].sort((a, b) => a.length - b.length);
  const start = Math.max(0, Math.floor((sorted.length - count) / 2));
  return sorted.slice(start, start + count);
}

async function requireDevice(device: DeviceName, precision: PrecisionChoice): Promise<void> {
  const trace = new GraphTrace();
  const nothing = writeModel(trace.finish('nothing', { y: trace.input('x', 'float32', [1]) }));
  try {
    await (await executorFor(device, precision).open(nothing)).close();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // OpenVINO's trouble has its own remedy. Without a cause onnxruntime was not even asked.
    if (device === 'openvino' || error.cause === undefined) throw error;
    const reason = device === 'webgpu' ? error.message : reasonOf(error.cause);
    throw new UserError(`the device ${device} cannot be used: ${reason}`, {
      place: { field: '--device' },
      remedy: device === 'webgpu' ? error.remedy : 'install what onnxruntime needs for it, or use the device cpu',
      cause: error,
    });
  }
}

/** The first line of onnxruntime's own words: there is nothing wrong with the model, as ours would have it. */
function reasonOf(cause: unknown): string {
  return (cause as Error).message.trim().split('\n')[0];
}
