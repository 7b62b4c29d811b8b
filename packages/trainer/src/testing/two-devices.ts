import { type Executor, onnxruntimeCpu, onnxruntimeWebgpu, openvino } from '@retort/runtime';
import { Random, type TrainingConfig } from '@retort/shared';
import { type Batch, cut } from '../data/batches.ts';
import { createDeviceLearner } from '../device/learner.ts';
import type { EngineOptions, TeacherTensor } from '../engine/engine.ts';
import { names } from '../engine/graphs.ts';
import { createEngine } from '../engine/onnxruntime.ts';
import { type LossTerms, projectionsFor, teacherOutputs } from '../losses/terms.ts';
import { outputName, outputShape } from '../model/outputs.ts';
import { randomParameters } from '../model/parameters.ts';
import { withProjections } from '../model/projections.ts';
import { frozenParameters } from '../optimizer/parameter-groups.ts';
import { HostLearner } from '../training/host-learner.ts';
import { labelRows } from '../training/label-rows.ts';
import type { Learner } from '../training/learner.ts';
import { stepBatches } from '../training/step-batches.ts';
import { relativeError } from './golden.ts';
import { tinyConfig, tinyLargeSteps, tinySettings, tinyTexts } from './tiny-training.ts';

export interface SameTraining {
  readonly steps: number;
  readonly settings?: Partial<TrainingConfig>;
  readonly architecture?: 'bert' | 'distilbert';
  readonly losses?: LossTerms;
}

type MakeLearner = (options: EngineOptions, settings: TrainingConfig) => Promise<Learner>;

const onHost =
  (executor: () => Executor): MakeLearner =>
  async (options, settings) => {
    const frozen = frozenParameters(options.config, settings);
    const engine = await createEngine(executor(), { ...options, frozen });
    return new HostLearner(engine, options, settings, await tinyLargeSteps(executor()));
  };

const learners: Record<'webgpu' | 'openvino', MakeLearner> = {
  webgpu: (options, settings) => createDeviceLearner(onnxruntimeWebgpu, options, settings),
  openvino: onHost(() => openvino('fp32')),
};

/** The same steps by onnxruntime on the processor and by another device: the largest relative differences between the two. */
export async function compareDevices(training: SameTraining, device: keyof typeof learners = 'webgpu') {
  const cpu = await run(
    training,
    onHost(() => onnxruntimeCpu),
  );
  const gpu = await run(training, learners[device]);
  const largest = (a: readonly number[], b: readonly number[]) =>
    Math.max(...a.map((value, i) => Math.abs(value - b[i]) / Math.abs(b[i])));
  const errors = [...cpu.parameters]
    // The gradient of a key's bias is 0 in theory: what AdamW makes of the rounding that is left is another on each device.
    .filter(([name]) => !/\b(key|k_lin)\.bias$/.test(name))
    .map(([name, { data }]) => relativeError(gpu.parameters.get(name)?.data ?? [], data));
  return {
    losses: cpu.losses,
    norms: cpu.norms,
    loss: largest(gpu.losses, cpu.losses),
    norm: largest(gpu.norms, cpu.norms),
    logits: relativeError(gpu.logits, cpu.logits),
    weights: Math.max(...errors),
  };
}

async function run(
  { steps, settings: given, architecture = 'bert', losses = { hard: 1, soft: 0, temperature: 1 } }: SameTraining,
  makeLearner: MakeLearner,
) {
  const settings = { ...tinySettings, ...given };
  const bare = { ...tinyConfig, architecture, tokenTypes: architecture === 'bert' ? 2 : 0 };
  const start = { config: bare, parameters: randomParameters(bare, 3) };
  const { config, parameters } = withProjections(start, projectionsFor(losses, bare), 3);
  const { dropout, batchSize, accumulation } = settings;
  const learner = await makeLearner(
    { config, parameters, losses, dropout, seed: 3, batchSize, maxTokens: 16, threads: 1 },
    settings,
  );
  const train = tinyTexts(160, 1);
  const texts = {
    train,
    teacher: { of: (batch: Batch) => randomTeacher(losses, batch), close: () => undefined },
    labelRows: labelRows(config.labels, train.labels, settings),
    padId: 0,
    epoch: 1,
    views: train.views(),
  };
  const parts = cut([...train.texts.keys()], batchSize * accumulation);
  const [lossCurve, norms]: number[][] = [[], []];
  await learner.startEpoch(1);
  for (let step = 0; step < steps; step++) {
    const batches = stepBatches(texts, parts[step % parts.length], step, { batchSize, accumulation });
    const { loss, norm } = await learner.step(batches, settings.learningRate * Math.min(1, (step + 1) / 10));
    lossCurve.push(loss);
    norms.push(norm);
  }
  await learner.settle();
  const [batch] = stepBatches(texts, parts[0], 0, { batchSize, accumulation: 1 });
  const logits = await learner.logits(batch.batch);
  await learner.close();
  return { losses: lossCurve, norms, parameters, logits };
}

/** Any numbers, the same for the same texts. */
function randomTeacher(losses: LossTerms, { indices, size, length }: Batch): Map<string, TeacherTensor> {
  const random = new Random(5, 'teacher', indices[0]);
  const of = { hidden: losses.teacher?.hidden ?? 0, labels: tinyConfig.labels.length };
  return new Map(
    teacherOutputs(losses).map((output) => {
      const shape = outputShape(output, of, size, length);
      const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal());
      return [names.teacher(outputName(output)), { shape, data }];
    }),
  );
}
