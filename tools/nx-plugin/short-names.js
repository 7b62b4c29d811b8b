import { classifying, rateSearch, serving } from './experiment-project.js';
import { stages } from './stages.js';

/** What the packages get for the default experiment: short names of its stages, and commands that take options. */
export function shortNames(experiment, packages) {
  const projects = {};
  const add = (owner, target, configuration) => {
    const root = `packages/${owner}`;
    projects[root] ??= { root, targets: {} };
    projects[root].targets[target] = configuration;
  };
  for (const [stage, { owner }] of Object.entries(stages)) add(owner, stage, stageName(experiment, stage));
  // A short name that ran nothing itself would lose the options that are given to it.
  add('trainer', 'find-lr', rateSearch(experiment, { projects: [experiment], target: 'prepare' }, packages));
  add('server', 'serve', serving(experiment, { projects: [experiment], target: 'quantize' }));
  add('server', 'classify', classifying(experiment, { projects: [experiment], target: 'quantize' }));
  return projects;
}

/** `trainer:distill` runs nothing itself; it needs the experiment's. */
function stageName(experiment, stage) {
  return {
    executor: 'nx:noop',
    dependsOn: [{ projects: [experiment], target: stage }],
    metadata: { description: `Short for ${experiment}:${stage}` },
  };
}
