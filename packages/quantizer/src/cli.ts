import { relative } from 'node:path';
import { artifactFolder, runProgram, stageCommand } from '@retort/shared';
import { gateCommand } from './commands/gate.ts';
import { quantizeModelCommand } from './commands/quantize-model.ts';
import { terminalTable } from './report/terminal-table.ts';
import { seedsTerminalTable } from './seeds/seed-table.ts';
import { runQuantize } from './stages/quantize.ts';
import { runReport } from './stages/report.ts';
import { runSeeds } from './stages/seeds.ts';
import { whereThingsLie } from './stages/summary.ts';

await runProgram('quantizer', {
  quantize: stageCommand(
    'quantize',
    'Makes int8 models of the teacher and the student, behind the gate.',
    async (experiment, progress) => {
      await runQuantize(experiment, progress);
      const folder = artifactFolder(experiment.workspace, experiment.name, 'quantize');
      progress.line(`written to ${relative(process.cwd(), folder)}`);
    },
  ),
  report: stageCommand(
    'report',
    'Compares the teacher, the student and their int8 models on the test split.',
    async (experiment, progress) => {
      const { results } = await runReport(experiment, progress);
      progress.done();
      const box = process.stdout.isTTY === true;
      process.stdout.write(`\n${terminalTable(results, { box })}\n${whereThingsLie(experiment)}`);
    },
  ),
  seeds: stageCommand(
    'seeds',
    'Compares the reports of all seeds of an experiment: means with intervals.',
    async (experiment, progress) => {
      const { results } = await runSeeds(experiment, progress);
      progress.done();
      const folder = relative(process.cwd(), artifactFolder(experiment.workspace, experiment.name, 'seeds'));
      process.stdout.write(`\n${seedsTerminalTable(results)}\nresults  ${folder}/results.md, results.json\n`);
    },
  ),
  'quantize-model': quantizeModelCommand,
  gate: gateCommand,
});
