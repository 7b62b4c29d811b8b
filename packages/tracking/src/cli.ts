import { findWorkspace, formatError, runProgram, UserError } from '@retort/shared';
import { dataCommands } from './commands/data-commands.ts';
import { serverCommands } from './commands/server-commands.ts';
import { listRuns, type RunList } from './runs.ts';
import { formatRuns } from './runs-table.ts';

await runProgram('tracking', {
  ...serverCommands,
  ...dataCommands,
  runs: {
    help: 'Lists the runs whose artifacts are in this workspace.',
    options: {
      experiment: { type: 'string', value: 'NAME', help: 'runs of this experiment only' },
      json: { type: 'boolean', help: 'everything that is known of them, as JSON' },
    },
    async run({ experiment, json }) {
      const list = listRuns(findWorkspace(), typeof experiment === 'string' ? { experiment } : {});
      if (typeof experiment === 'string' && list.runs.length + list.broken.length === 0) {
        throw new UserError(`"${experiment}" has no runs`, {
          place: { file: `artifacts/${experiment}` },
          remedy: `run: nx run ${experiment}:report; or list all runs, without --experiment`,
        });
      }
      process.stdout.write(json === true ? toJson(list) : toText(list));
      if (json !== true) for (const { error } of list.broken) process.stderr.write(`${formatError(error)}\n`);
    },
  },
});

function toText({ runs, broken }: RunList): string {
  if (runs.length > 0) return formatRuns(runs);
  return broken.length > 0 ? '' : 'no runs yet; make some: nx run trainer:distill\n';
}

function toJson({ runs, broken }: RunList): string {
  const reports = broken.map(({ folder, error }) => ({ folder, error: error.message }));
  return `${JSON.stringify({ runs, broken: reports }, null, 2)}\n`;
}
