import { relative } from 'node:path';
import { artifactFolder, type Experiment } from '@retort/shared';
import { modelNames, modelStages } from './models.ts';

/** Lines that tell where the results and the models of an experiment are, relative to the current folder. */
export function whereThingsLie({ workspace, name }: Experiment): string {
  const folder = (stage: string) => relative(process.cwd(), artifactFolder(workspace, name, stage));
  const rows = [
    ['results', `${folder('report')}/results.md`],
    ['page', `${folder('report')}/report.html`],
    ...modelNames.map((model) => [model, folder(modelStages[model])]),
    ...modelNames.map((model) => [`${model}-int8`, `${folder('quantize')}/${model}`]),
  ];
  const width = Math.max(...rows.map(([title]) => title.length));
  return rows.map(([title, path]) => `${title.padEnd(width)}  ${path}\n`).join('');
}
