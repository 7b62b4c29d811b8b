import { type Command, loadExperiment, type Option, runProgram } from '@retort/shared';
import { distill } from './stages/distill.ts';
import { finetune } from './stages/finetune.ts';

const experiment: Option = { type: 'string', value: 'NAME', help: 'a folder of experiments/', default: 'sample' };

const commands: Record<string, Command> = {
  finetune: {
    help: 'Trains the teacher of an experiment on its prepared data.',
    options: { experiment },
    run: (options) => finetune(loadExperiment(String(options.experiment))),
  },
  distill: {
    help: "Trains the student of an experiment on the labels and on the teacher's logits.",
    options: { experiment },
    run: (options) => distill(loadExperiment(String(options.experiment))),
  },
};

await runProgram('trainer', commands);
