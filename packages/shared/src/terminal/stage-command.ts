import { type Experiment, loadExperiment } from '../experiment/load.ts';
import type { Command, Option } from './command.ts';
import { createProgress, type Progress } from './progress.ts';

const experimentOption: Option = { type: 'string', value: 'NAME', help: 'a folder of experiments/', default: 'sample' };

/**
 * The command of a stage: loads the experiment that `--experiment` names, and ends the live line however `run` ends. A stage may
 * have options of its own, whose values `run` gets.
 */
export function stageCommand(
  name: string,
  help: string,
  run: (experiment: Experiment, progress: Progress, values: Parameters<Command['run']>[0]) => Promise<unknown>,
  { options = {}, start = createProgress }: { options?: Command['options']; start?: typeof createProgress } = {},
): Command {
  return {
    help,
    options: { experiment: experimentOption, ...options },
    async run(values) {
      const experiment = loadExperiment(String(values.experiment));
      const progress = start({ title: `${name} ${experiment.name}` });
      try {
        await run(experiment, progress, values);
      } finally {
        progress.done();
      }
    },
  };
}
