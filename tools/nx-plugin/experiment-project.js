import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { platformVariable, variablesOf } from './run-environment.js';
import { owners, seedsTarget, stages } from './stages.js';
import { runtimeDependencies } from './workspace-packages.js';

/** The stages that start from weights, and the part of experiment.json that names these. */
const startsFrom = { finetune: 'teacher', distill: 'student' };

/**
 * The Nx projects of one experiment, by their roots; `file` is its experiment.json, relative to the workspace. An experiment
 * of several `seeds` has a project for each further seed, such as `essays@2`. These roots do not exist as folders: Nx wants one a project.
 */
export function experimentProjects({ workspaceRoot, packages, file, experiment }) {
  const folder = dirname(file);
  const config = readExperiment(workspaceRoot, file);
  const context = { packages, file, folder, experiment, config };
  const others = furtherSeeds(config).map((seed) => `${experiment}@${seed}`);
  const targets = {};
  for (const stage of Object.keys(stages)) targets[stage] = stageTarget(stage, experiment, context);
  // Always there, with or without seeds to compare: a project's targets are in the keys of all its tasks.
  targets.seeds = seedsComparison(others, context);
  targets['find-lr'] = rateSearch(experiment, 'prepare', packages);
  targets.serve = serving(experiment, 'quantize');
  targets.classify = classifying(experiment, 'quantize');
  const projects = { [folder]: project(experiment, folder, targets) };
  for (const name of others) {
    const targets = {};
    // All seeds share the dataset: the experiment's own `prepare` makes it.
    for (const stage of Object.keys(stages))
      if (stage !== 'prepare') targets[stage] = stageTarget(stage, name, context);
    targets.serve = serving(name, 'quantize');
    targets.classify = classifying(name, 'quantize');
    projects[`${dirname(folder)}/${name}`] = project(name, `${dirname(folder)}/${name}`, targets);
  }
  return projects;
}

function project(name, root, targets) {
  return { name, root, projectType: 'application', targets, implicitDependencies: owners };
}

/** A stage of the project `name`: the experiment, or one of its further seeds. */
function stageTarget(stage, name, { packages, file, folder, experiment, config }) {
  const { owner, reads, keys } = stages[stage];
  const { workspace, npm } = runtimeDependencies(packages, owner);
  const files = filesRead(stage, config, folder);
  const shared = name === experiment ? [] : reads.filter((read) => read === 'prepare');
  return {
    command: `node packages/${owner}/dist/cli.js ${stage} --experiment ${name}`,
    dependsOn: [
      ...shared.map((target) => ({ projects: [experiment], target })),
      ...reads.filter((read) => !shared.includes(read)),
      { projects: withRecorder(workspace), target: 'build' },
    ],
    // Nothing here is transitive: only the artifacts and the code that the stage itself reads may make it run again.
    inputs: [
      // The seed of a further seed is in the name.
      { json: `{workspaceRoot}/${file}`, fields: keys.filter((key) => key !== 'seed' || name === experiment) },
      ...(files ?? []).map((path) => ({ fileset: `{workspaceRoot}/${path}`, includeIgnored: true })),
      ...codeAndArtifacts(workspace, npm),
      ...(variablesOf[stage] ?? []).map((env) => ({ env })),
    ],
    outputs: [`{workspaceRoot}/artifacts/${name}/${stage}`],
    // A stage whose files are not known must not be taken from the cache: it might have read others.
    cache: files !== undefined,
    // Training uses every core, and the report measures time.
    parallelism: stage === 'prepare',
  };
}

/** The comparison of the experiment's own seed and the projects `others`. Without any, it only tells how to name seeds. */
function seedsComparison(others, { packages, file, experiment }) {
  const { owner, reads, keys } = seedsTarget;
  const { workspace, npm } = runtimeDependencies(packages, owner);
  return {
    command: `node packages/${owner}/dist/cli.js seeds --experiment ${experiment}`,
    dependsOn: [
      ...(others.length === 0 ? [] : reads.map((target) => ({ projects: [experiment, ...others], target }))),
      { projects: withRecorder(workspace), target: 'build' },
    ],
    inputs: [{ json: `{workspaceRoot}/${file}`, fields: keys }, ...codeAndArtifacts(workspace, npm)],
    outputs: [`{workspaceRoot}/artifacts/${experiment}/seeds`],
    cache: true,
  };
}

/** The learning-rate finder, which makes nothing: `prepare` is the target whose data it reads. */
export function rateSearch(experiment, prepare, packages) {
  return {
    command: `node packages/trainer/dist/cli.js find-lr --experiment ${experiment}`,
    dependsOn: [prepare, { projects: runtimeDependencies(packages, 'trainer').workspace, target: 'build' }],
    cache: false,
    parallelism: false,
  };
}

/** The server with the dashboard's page, and the experiment's quantized student: `quantize` is the target that makes it. */
export function serving(experiment, quantize) {
  return {
    command: `node packages/server/dist/cli.js serve --experiment ${experiment}`,
    dependsOn: [{ projects: ['server', 'dashboard'], target: 'build' }, quantize],
    cache: false,
    continuous: true,
  };
}

/** Labels a CSV file by that student; which, its options say. */
export function classifying(experiment, quantize) {
  return {
    command: `node packages/server/dist/cli.js classify --experiment ${experiment}`,
    dependsOn: [{ projects: ['server'], target: 'build' }, quantize],
    cache: false,
    parallelism: false,
  };
}

/** Every stage has its run recorded by the compiled code of `tracking`, which is no input of it: it changes no artifact. */
function withRecorder(workspace) {
  return [...workspace, 'tracking'].sort();
}

function codeAndArtifacts(workspace, npm) {
  return [
    { dependentTasksOutputFiles: '**/checksums.txt' },
    // Named one by one: the recorder is built before a stage, too, but does not count.
    ...workspace.map((folder) => ({ dependentTasksOutputFiles: `packages/${folder}/dist/**/*.js` })),
    // Without this line Nx would take every package of the lock file for an input.
    { externalDependencies: npm },
    { env: platformVariable },
  ];
}

/** The seeds beside the experiment's own; none if they cannot be understood, about which the stages complain. */
function furtherSeeds({ seed = 1, seeds } = {}) {
  if (!Array.isArray(seeds) || !seeds.every((one) => Number.isSafeInteger(one) && one >= 0)) return [];
  return [...new Set(seeds)].filter((one) => one !== seed);
}

/**
 * Globs of the workspace's files that a stage reads beside artifacts: git-ignored ones too, and missing ones. Undefined if
 * the experiment file cannot be understood: the stage itself tells what is wrong with it.
 */
function filesRead(stage, config, experimentFolder) {
  if (stage === 'prepare') return sourceFiles(config?.data, experimentFolder);
  if (stage === 'report') return evaluationFiles(config, experimentFolder);
  if (!(stage in startsFrom)) return [];
  return config === undefined ? undefined : weightFiles(config?.[startsFrom[stage]]?.weights, experimentFolder);
}

/** The CSV files of the evaluations, and the folders of further models that are compared. */
function evaluationFiles(config, experimentFolder) {
  const { evaluations = [], report: { models = [] } = {} } = config ?? {};
  if (!Array.isArray(evaluations) || !Array.isArray(models)) return undefined;
  const files = evaluations.map((evaluation) => fileGlob(evaluation?.path, experimentFolder));
  const folders = models.map((path) => fileGlob(path, experimentFolder));
  if (files.includes(undefined) || folders.includes(undefined)) return undefined;
  const names = ['config.json', 'retort.json', 'vocab.txt', 'tokenizer*.json', 'onnx/model*.onnx*'];
  return [...files, ...folders.flatMap((folder) => names.map((name) => `${folder}/${name}`))];
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

/** The content of an experiment file; undefined if it is no object. */
function readExperiment(workspaceRoot, file) {
  try {
    return JSON.parse(readFileSync(join(workspaceRoot, file), 'utf8').replace(/^\ufeff/, '')) ?? undefined;
  } catch {
    return undefined;
  }
}
