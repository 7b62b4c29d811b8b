import { relative } from 'node:path';
import { artifactFolder, createProgress, loadExperiment, type Option, runProgram } from '@retort/shared';
import { terminalTable } from './report/terminal-table.ts';
import { runQuantize } from './stages/quantize.ts';
import { runReport } from './stages/report.ts';
import { whereThingsLie } from './stages/summary.ts';

const options = {
  experiment: { type: 'string', value: 'NAME', help: 'a folder of experiments/', default: 'sample' },
} satisfies Record<string, Option>;

await runProgram('quantizer', {
  quantize: {
    help: 'Makes int8 models of the teacher and the student.',
    options,
    async run({ experiment: name }) {
      const experiment = loadExperiment(String(name));
      await runQuantize(experiment, createProgress({ title: 'quantize' }));
      const folder = artifactFolder(experiment.workspace, experiment.name, 'quantize');
      process.stdout.write(`quantize  written to ${relative(process.cwd(), folder)}\n`);
    },
  },
  report: {
    help: 'Compares the teacher, the student and their int8 models on the test split.',
    options,
    async run({ experiment: name }) {
      const experiment = loadExperiment(String(name));
      const { results } = await runReport(experiment, createProgress({ title: 'report' }));
      const box = process.stdout.isTTY === true;
      process.stdout.write(`\n${terminalTable(results, { box })}\n${whereThingsLie(experiment)}`);
    },
  },
});
