import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { engineVariable, platformVariable } from './run-environment.js';
import { owners, stages } from './stages.js';
import { runtimeDependencies } from './workspace-packages.js';

/** The stages that start from weights, and the part of experiment.json that names these. */
const startsFrom = { finetune: 'teacher', distill: 'student' };

/** The Nx project of one experiment; `file` is its experiment.json, relative to the workspace. */
export function experimentProject({ workspaceRoot, packages, file, experiment }) {
  const targets = {};
  for (const [stage, { owner, reads, keys }] of Object.entries(stages)) {
    const { workspace, npm } = runtimeDependencies(packages, owner);
    const files = filesRead(stage, readExperiment(workspaceRoot, file), dirname(file));
    targets[stage] = {
      command: `node packages/${owner}/dist/cli.js ${stage} --experiment ${experiment}`,
      dependsOn: [...reads, { projects: workspace, target: 'build' }],
      // Nothing here is transitive: only the artifacts and the code that the stage itself reads may make it run again.
      inputs: [
        { json: `{workspaceRoot}/${file}`, fields: keys },
        ...(files ?? []).map((path) => ({ fileset: `{workspaceRoot}/${path}`, includeIgnored: true })),
        { dependentTasksOutputFiles: '**/checksums.txt' },
        { dependentTasksOutputFiles: '**/dist/**/*.js' },
        // Without this line Nx would take every package of the lock file for an input.
        { externalDependencies: npm },
        { env: platformVariable },
        ...(owner === 'trainer' ? [{ env: engineVariable }] : []),
      ],
      outputs: [`{workspaceRoot}/artifacts/${experiment}/${stage}`],
      // A stage whose files are not known must not be taken from the cache: it might have read others.
      cache: files !== undefined,
      // Training uses every core, and the report measures time.
      parallelism: stage === 'prepare',
    };
  }
  return { name: experiment, root: dirname(file), projectType: 'application', targets, implicitDependencies: owners };
}

/**
 * Globs of the workspace's files that a stage reads beside artifacts: git-ignored ones too, and missing ones. Undefined if
 * the experiment file cannot be understood: the stage itself tells what is wrong with it.
 */
function filesRead(stage, config, experimentFolder) {
  if (stage === 'prepare') return sourceFiles(config?.data, experimentFolder);
  if (!(stage in startsFrom)) return [];
  return config === undefined ? undefined : weightFiles(config?.[startsFrom[stage]]?.weights, experimentFolder);
}

/** The CSV files of an experiment, those without labels too. */
function sourceFiles({ sources, unlabelled = [] } = {}, experimentFolder) {
  if (!Array.isArray(sources) || !Array.isArray(unlabelled)) return undefined;
  const files = [...sources, ...unlabelled].map((source) => fileGlob(source?.path, experimentFolder));
  return files.includes(undefined) ? undefined : files;
}

/**
 * The files of a checkpoint that lies in the workspace: the folder that is named, or for a model of the hub `models/<id>`,
 * which the trainer prefers to a download. What is downloaded counts by its name and revision, which the stage's keys
 * hold. `checkpointSource` of packages/shared reads the same words.
 */
function weightFiles(weights = 'random', experimentFolder) {
  const name = weights?.model ?? weights;
  if (name === 'random' || name === 'teacher') return [];
  if (typeof name !== 'string') return undefined;
  const folder = fileGlob(/^[./]/.test(name) ? name : `/models/${name.split('@')[0]}`, experimentFolder);
  if (folder === undefined) return undefined;
  const names = ['config.json', '*.safetensors', '*.safetensors.index.json', 'vocab.txt', 'tokenizer*.json'];
  return names.map((files) => `${folder}/${files}`);
}

/**
 * What a path of experiment.json is as a glob, relative to the workspace; undefined for what is no path, or leaves the
 * workspace. Nx has no escapes that all its parsers take, so what means something in a glob becomes `?`, any one character.
 */
function fileGlob(path, experimentFolder) {
  if (typeof path !== 'string' || path.includes('\\')) return undefined;
  const normal = posix.normalize(path.startsWith('/') ? `.${path}` : `${experimentFolder}/${path}`).replace(/\/$/, '');
  return normal === '..' || normal.startsWith('../') ? undefined : normal.replace(/[()[\]{}*!+@|]/g, '?');
}

/** The content of an experiment file; undefined if it cannot be understood. */
function readExperiment(workspaceRoot, file) {
  try {
    return JSON.parse(readFileSync(join(workspaceRoot, file), 'utf8').replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
