import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { nearest, UserError } from '../errors.ts';
import { findInconsistency } from './consistency.ts';
import { formatPath, lineOfPath } from './json-lines.ts';
import { type ExperimentConfig, experimentSchema, type SourceConfig, withDependentDefaults } from './schema.ts';
import { schemaError } from './schema-error.ts';
import { parseExperimentName, withSeed } from './seeds.ts';
import { findWorkspace } from './workspace.ts';

export interface Experiment {
  /** The folder's name; with another of its seeds than its own `<folder>@<seed>`. */
  readonly name: string;
  /** Absolute path of the experiment's folder. */
  readonly folder: string;
  /** Absolute path of the workspace. */
  readonly workspace: string;
  readonly config: ExperimentConfig;
}

/**
 * Reads `experiments/<name>/experiment.json`, fills in the defaults and checks what a schema cannot. `<name>@<seed>` is the
 * same experiment with another of its `seeds`.
 */
export function loadExperiment(name: string, workspace: string = findWorkspace()): Experiment {
  const { base, seed } = parseExperimentName(name) ?? {};
  if (base === undefined) throw unknownExperiment(name, workspace);
  const folder = join(workspace, 'experiments', base);
  const path = join(folder, 'experiment.json');
  const file = relative(workspace, path);
  if (!existsSync(path)) throw unknownExperiment(base, workspace);
  const config = parseExperiment(readFileSync(path, 'utf8'), file);
  return { name, folder, workspace, config: seed === undefined ? config : withSeed(config, base, seed, file) };
}

/** Parses the text of an experiment file; `file` is what errors call it. */
export function parseExperiment(text: string, file: string): ExperimentConfig {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new UserError(`the file is not JSON: ${(cause as Error).message}`, {
      place: { file, line: lineOfSyntaxError((cause as Error).message, text) },
      remedy: 'mend its syntax',
      cause,
    });
  }
  const result = experimentSchema.safeParse(json);
  if (!result.success) throw schemaError(result.error.issues, file, text);
  const config = withDependentDefaults(result.data);
  const fault = findInconsistency(config);
  if (fault !== undefined) {
    const place = { file, line: lineOfPath(text, fault.path), field: formatPath(fault.path) };
    throw new UserError(fault.what, { place, remedy: fault.remedy });
  }
  return config;
}

/** What errors call an experiment's file: its path from the workspace. All seeds of an experiment share one. */
export function experimentFile({ folder, workspace }: Pick<Experiment, 'folder' | 'workspace'>): string {
  return relative(workspace, join(folder, 'experiment.json'));
}

/** The absolute path of a source's CSV file. */
export function sourcePath(
  experiment: Pick<Experiment, 'folder' | 'workspace'>,
  source: Pick<SourceConfig, 'path'>,
): string {
  return source.path.startsWith('/') ? join(experiment.workspace, source.path) : join(experiment.folder, source.path);
}

function unknownExperiment(name: string, workspace: string): UserError {
  const root = join(workspace, 'experiments');
  const known = existsSync(root)
    ? readdirSync(root).filter((entry) => existsSync(join(root, entry, 'experiment.json')))
    : [];
  const near = nearest(name, known);
  return new UserError(`there is no experiment "${name}"`, {
    place: { file: join('experiments', name, 'experiment.json') },
    remedy:
      near === undefined
        ? 'name a folder of experiments/ that holds an experiment.json'
        : `did you mean "${near}"? An experiment is a folder of experiments/ that holds an experiment.json`,
  });
}

/** V8 tells the position of most syntax errors; the others it quotes. */
function lineOfSyntaxError(message: string, text: string): number | undefined {
  const end = text.trimEnd().length;
  const position = /at position (\d+)/.exec(message)?.[1] ?? (message.includes('end of JSON input') ? end : undefined);
  return position === undefined ? undefined : text.slice(0, Math.min(Number(position), end)).split('\n').length;
}
