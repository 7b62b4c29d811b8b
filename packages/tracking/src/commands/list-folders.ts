import { findWorkspace, formatError, UserError } from '@retort/shared';
import { listRuns, type RunList } from '../runs.ts';
import { formatRuns } from '../runs-table.ts';

/** `runs --folders`: what lies in `artifacts/`, without a database. */
export async function listFolders({
  experiment,
  json,
}: Readonly<Record<string, string | boolean | undefined>>): Promise<void> {
  const list = listRuns(findWorkspace(), typeof experiment === 'string' ? { experiment } : {});
  if (typeof experiment === 'string' && list.runs.length + list.broken.length === 0) {
    throw new UserError(`"${experiment}" has no runs`, {
      place: { file: `artifacts/${experiment}` },
      remedy: `run: nx run ${experiment}:report; or list all runs, without --experiment`,
    });
  }
  process.stdout.write(json === true ? toJson(list) : toText(list));
  if (json !== true) for (const { error } of list.broken) process.stderr.write(`${formatError(error)}\n`);
}

function toText({ runs, broken }: RunList): string {
  if (runs.length > 0) return formatRuns(runs);
  return broken.length > 0 ? '' : 'no runs yet; make some: nx run trainer:distill\n';
}

function toJson({ runs, broken }: RunList): string {
  const reports = broken.map(({ folder, error }) => ({ folder, error: error.message }));
  return `${JSON.stringify({ runs, broken: reports }, null, 2)}\n`;
}
