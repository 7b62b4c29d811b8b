import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { type Executor, onnxruntimeCpu, saturates } from '@retort/runtime';
import { fileForMachine, loadExperiment, openArtifact, readModelSettings, UserError } from '@retort/shared';
import { type Run, readRun } from '@retort/tracking';

/** A model folder, and what is known of where it comes from. */
export interface LocatedModel {
  /** Such as `sample-quantize-student`; the folder's name for a model from elsewhere. */
  readonly id: string;
  /** Absolute path. */
  readonly folder: string;
  /** Relative to the folder. Where the processor saturates int8 products, the model's twin, if it has one. */
  readonly onnxFile: string;
  /** What whoever serves the model must know of it on this machine. */
  readonly warning?: string;
  /** The run that made it, if it lies in this workspace's artifacts. */
  readonly run?: Run;
}

export interface ModelChoice {
  readonly workspace: string;
  readonly experiment: string;
  /** A folder, relative to the working directory. Default: the experiment's best student that passed the gate. */
  readonly model?: string;
}

/** Where the ONNX file lies in a model folder, the small one first. */
const onnxFiles = ['onnx/model_quantized.onnx', 'onnx/model.onnx'];

/**
 * Finds the model to serve. One that lies in an artifact is served only if every file of the artifact is what its stage
 * wrote. A UserError says which command makes what is missing.
 */
export async function locateModel(
  { workspace, experiment, model }: ModelChoice,
  executor: Executor = onnxruntimeCpu,
): Promise<LocatedModel> {
  const folder = model === undefined ? defaultFolder(workspace, experiment) : resolve(model);
  const parts = relative(join(workspace, 'artifacts'), folder).split(sep);
  const inArtifact = parts.length >= 2 && parts[0] !== '..';
  if (inArtifact) await openArtifact(workspace, parts[0], parts[1]);
  const found = findOnnxFile(folder, experiment);
  const settings = readModelSettings(folder, Number.POSITIVE_INFINITY);
  const { file, warning } = fileForMachine(settings, found, await saturates(executor));
  return {
    id: inArtifact ? parts.join('-') : basename(folder),
    folder,
    onnxFile: file,
    warning,
    ...(inArtifact ? { run: readRun(workspace, parts[0], parts[1]) } : {}),
  };
}

/** The int8 student, which has passed the gate if it is there; else the student that it would be made of. */
function defaultFolder(workspace: string, experiment: string): string {
  loadExperiment(experiment, workspace); // A misspelt name is told as such, not as a stage that has not run.
  const quantized = join(workspace, 'artifacts', experiment, 'quantize', 'student');
  const distilled = join(workspace, 'artifacts', experiment, 'distill');
  // `quantize` writes nothing where its gate lets no int8 model through.
  return !existsSync(quantized) && existsSync(distilled) ? distilled : quantized;
}

function findOnnxFile(folder: string, experiment: string): string {
  const file = onnxFileIn(folder);
  if (file === undefined) {
    const below = modelsBelow(folder).map((path) => relative(process.cwd(), path));
    throw new UserError(`the folder holds neither ${onnxFiles.join(' nor ')}`, {
      place: { file: relative(process.cwd(), folder) || '.' },
      remedy:
        below.length > 0
          ? `name a model folder, such as ${below.join(' or ')}`
          : `name a model folder, or make the default one: nx run ${experiment}:quantize`,
    });
  }
  return file;
}

function onnxFileIn(folder: string): string | undefined {
  return onnxFiles.find((name) => existsSync(join(folder, name)));
}

/** Model folders in a folder or its folders, as in that of an experiment's artifacts. */
function modelsBelow(folder: string, depth = 2): string[] {
  if (depth === 0 || !existsSync(folder)) return [];
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name }) => {
    const path = join(folder, name);
    return onnxFileIn(path) === undefined ? modelsBelow(path, depth - 1) : [path];
  });
}
