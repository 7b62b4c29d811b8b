import {
  type Command,
  createProgress,
  type Experiment,
  loadExperiment,
  type Option,
  type Progress,
  runProgram,
} from '@retort/shared';
import { distill } from './stages/distill.ts';
import { finetune } from './stages/finetune.ts';

const experiment: Option = { type: 'string', value: 'NAME', help: 'a folder of experiments/', default: 'sample' };

/** A command that runs one stage of an experiment. */
function stage(
  name: string,
  help: string,
  run: (experiment: Experiment, progress: Progress) => Promise<void>,
): Command {
  return {
    help,
    options: { experiment },
    async run(options) {
      const chosen = loadExperiment(String(options.experiment));
      const progress = createProgress({ title: `${name} ${chosen.name}` });
      try {
        await run(chosen, progress);
      } finally {
        progress.done();
      }
    },
  };
}

await runProgram('trainer', {
  finetune: stage('finetune', 'Trains the teacher of an experiment on its prepared data.', finetune),
  distill: stage('distill', "Trains the student of an experiment on the labels and on the teacher's logits.", distill),
});
