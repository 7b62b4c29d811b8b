import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { experimentProjects } from './experiment-project.js';
import { optionalParts, optionalPartsVariable, runsTests } from './optional-parts.js';
import { runEnvironment } from './run-environment.js';
import { shortNames } from './short-names.js';
import { readPackages } from './workspace-packages.js';

/** What nx.json gives the plugin: the experiment that `nx run trainer:distill` and its like mean. */
const optionsInNxJson = '"options": { "defaultExperiment": "NAME" }';

/**
 * Makes every `experiments/<name>/experiment.json` an Nx project, whose targets are the stages, with one more for each further
 * seed, and gives the packages that own the stages short names for those of the default experiment.
 */
export const createNodes = [
  'experiments/*/experiment.json',
  (files, options, { workspaceRoot }) => {
    const packages = readPackages(workspaceRoot);
    const short = defaultExperiment(options, workspaceRoot);
    return files.map((file) => {
      const experiment = experimentName(file);
      const projects = experimentProjects({ workspaceRoot, packages, file, experiment });
      return [
        file,
        { projects: experiment === short ? { ...projects, ...shortNames(experiment, packages) } : projects },
      ];
    });
  },
];

export const name = 'retort-experiments';

/** Before every run; what is set here, the tasks and their hashes see. */
export const preTasksExecution = async (_options, { argv, workspaceRoot }) => {
  Object.assign(process.env, runEnvironment(argv, process));
  if (runsTests(argv)) process.env[optionalPartsVariable] = await optionalParts(workspaceRoot, process.env);
};

/** The folder's name. It becomes a part of commands, and `loadExperiment` of packages/shared takes no others. */
function experimentName(file) {
  const experiment = basename(dirname(file));
  if (/^\w[\w.-]*$/.test(experiment)) return experiment;
  throw new Error(`${file}: name the folder with letters, digits, "_", "-" and "." only`);
}

function defaultExperiment(options, workspaceRoot) {
  const experiment = options?.defaultExperiment;
  if (experiment === undefined || !existsSync(join(workspaceRoot, 'experiments', experiment, 'experiment.json'))) {
    throw new Error(
      `nx.json names no default experiment that exists (${experiment}): give tools/nx-plugin ${optionsInNxJson}`,
    );
  }
  return experiment;
}
