import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { platformVariable } from './run-environment.js';
import { owners, stages } from './stages.js';
import { runtimeDependencies } from './workspace-packages.js';

/** The Nx project of one experiment; `file` is its experiment.json, relative to the workspace. */
export function experimentProject({ workspaceRoot, packages, file, experiment }) {
  const targets = {};
  for (const [stage, { owner, reads, keys }] of Object.entries(stages)) {
    const { workspace, npm } = runtimeDependencies(packages, owner);
    targets[stage] = {
      command: `node packages/${owner}/dist/cli.js ${stage} --experiment ${experiment}`,
      dependsOn: [...reads, { projects: workspace, target: 'build' }],
      // Nothing here is transitive: only the artifacts and the code that the stage itself reads may make it run again.
      inputs: [
        { json: `{workspaceRoot}/${file}`, fields: keys },
        ...(stage === 'prepare' ? sourceFiles(workspaceRoot, file) : []),
        { dependentTasksOutputFiles: '**/checksums.txt' },
        { dependentTasksOutputFiles: '**/dist/**/*.js' },
        // Without this line Nx would take every package of the lock file for an input.
        { externalDependencies: npm },
        { env: platformVariable },
      ],
      outputs: [`{workspaceRoot}/artifacts/${experiment}/${stage}`],
      cache: true,
      // Training uses every core, and the report measures time.
      parallelism: stage === 'prepare',
    };
  }
  return { name: experiment, root: dirname(file), projectType: 'application', targets, implicitDependencies: owners };
}

/**
 * The CSV files of an experiment, as inputs: git-ignored ones too, and missing ones. An experiment file that cannot be
 * understood names none: the stage itself tells what is wrong with it.
 */
function sourceFiles(workspaceRoot, file) {
  let sources;
  try {
    ({ sources } = JSON.parse(readFileSync(join(workspaceRoot, file), 'utf8')).data);
  } catch {
    return [];
  }
  if (!Array.isArray(sources)) return [];
  return sources
    .map((source) => source?.path)
    .filter((path) => typeof path === 'string')
    .map((path) => ({
      fileset: path.startsWith('/') ? `{workspaceRoot}${path}` : `{workspaceRoot}/${dirname(file)}/${path}`,
      includeIgnored: true,
    }));
}
