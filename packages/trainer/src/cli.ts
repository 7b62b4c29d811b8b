import { parsePrecision, precisions, precisionVariable } from '@retort/runtime';
import { type Option, runProgram, stageCommand } from '@retort/shared';
import { engineNames, engineVariable, parseEngineName } from './engine/choose.ts';
import { deviceChoices, deviceVariable, parseDevice } from './engine/device.ts';
import { checkpointMinutes } from './resume/open.ts';
import { distill } from './stages/distill.ts';
import { findLearningRate, parseRateSearch, trainingStages } from './stages/find-lr.ts';
import { finetune } from './stages/finetune.ts';

const engine: Option = {
  type: 'string',
  value: 'NAME',
  help: `what trains: ${engineNames.join(' or ')}; without it, what ${engineVariable} says`,
};
const device: Option = {
  type: 'string',
  value: 'NAME',
  help: `what it computes on: ${deviceChoices.join(', ')} (the fastest, by a short measurement); without it, what ${deviceVariable} says, or cpu`,
};
const precision: Option = {
  type: 'string',
  value: 'NAME',
  help: `what the device openvino computes products in: ${precisions.join(', ')}; without it, what ${precisionVariable} says, or auto: bf16 where the processor gains by it`,
};
const minutes: Option = { type: 'string', value: 'MINUTES', help: 'between two checkpoints; 0: after every step' };

/** A training stage, with the options that both have. */
function trainingCommand(name: string, help: string, stage: typeof finetune) {
  return stageCommand(
    name,
    help,
    (experiment, progress, values) =>
      stage(
        experiment,
        progress,
        parseEngineName(values.engine ?? process.env[engineVariable]),
        checkpointMinutes(values['checkpoint-minutes']),
        parseDevice(values.device ?? process.env[deviceVariable]),
        parsePrecision(values.precision ?? process.env[precisionVariable]),
      ),
    { options: { engine, device, precision, 'checkpoint-minutes': minutes } },
  );
}

await runProgram('trainer', {
  finetune: trainingCommand('finetune', 'Trains the teacher of an experiment on its prepared data.', finetune),
  distill: trainingCommand(
    'distill',
    "Trains the student of an experiment on the labels and on the teacher's logits.",
    distill,
  ),
  'find-lr': stageCommand(
    'find-lr',
    'Trains some steps at a learning rate that grows, shows the loss and suggests a rate. Writes no artifact.',
    (experiment, progress, values) =>
      findLearningRate(experiment, progress, {
        ...parseRateSearch(values, parseEngineName(values.engine ?? process.env[engineVariable])),
        device: parseDevice(values.device ?? process.env[deviceVariable]),
        precision: parsePrecision(values.precision ?? process.env[precisionVariable]),
      }),
    {
      options: {
        stage: { type: 'string', value: 'NAME', help: trainingStages.join(' or '), default: 'finetune' },
        steps: { type: 'string', value: 'N', help: 'steps at most', default: '100' },
        from: { type: 'string', value: 'RATE', help: 'learning rate of the first step', default: '1e-6' },
        to: { type: 'string', value: 'RATE', help: 'learning rate of the last step', default: '0.1' },
        out: { type: 'string', value: 'FILE', help: 'writes the curve and the suggestion as JSON' },
        engine,
        device,
        precision,
      },
    },
  ),
});
