import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { z } from 'zod';
import { nearest, UserError } from '../errors.ts';
import { type ExperimentConfig, experimentSchema, type SourceConfig } from './schema.ts';

export interface Experiment {
  /** The folder's name. */
  readonly name: string;
  /** Absolute path of the experiment's folder. */
  readonly folder: string;
  /** Absolute path of the workspace. */
  readonly workspace: string;
  readonly config: ExperimentConfig;
}

/** The nearest folder above `from` that holds `nx.json`. */
export function findWorkspace(from: string = process.cwd()): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json'))) return folder;
    if (folder === dirname(folder)) {
      throw new UserError(`no Retort workspace at or above ${from}`, {
        remedy: 'run the command inside a folder that holds nx.json',
      });
    }
  }
}

/** Reads `experiments/<name>/experiment.json`, fills in the defaults and checks what a schema cannot. */
export function loadExperiment(name: string, workspace: string = findWorkspace()): Experiment {
  const folder = join(workspace, 'experiments', name);
  const path = join(folder, 'experiment.json');
  const file = relative(workspace, path);
  if (!/^[\w.-]+$/.test(name) || name.startsWith('.') || !existsSync(path)) {
    throw new UserError(`there is no experiment "${name}"`, {
      place: { file },
      remedy: 'name a folder of experiments/ that holds an experiment.json',
    });
  }
  const config = parseExperiment(readFileSync(path, 'utf8'), file);
  return { name: basename(folder), folder, workspace, config };
}

/** Parses the text of an experiment file; `file` is what errors call it. */
export function parseExperiment(text: string, file: string): ExperimentConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`the file is not JSON: ${(cause as Error).message}`, {
      place: { file },
      remedy: 'mend its syntax',
      cause,
    });
  }
  const result = experimentSchema.safeParse(json);
  if (!result.success) throw schemaError(result.error.issues[0], file, text);
  checkConsistency(result.data, file);
  return result.data;
}

/** The absolute path of a source's CSV file. */
export function sourcePath(experiment: Pick<Experiment, 'folder' | 'workspace'>, source: SourceConfig): string {
  return source.path.startsWith('/') ? join(experiment.workspace, source.path) : join(experiment.folder, source.path);
}

function schemaError(issue: z.core.$ZodIssue, file: string, text: string): UserError {
  if (issue.code !== 'unrecognized_keys') {
    const field = formatPath(issue.path);
    return new UserError(issue.message, {
      place: { file, field: field || '(the whole file)' },
      remedy: 'see experiment.schema.json for what is allowed',
    });
  }
  const key = issue.keys[0];
  const near = nearest(key, keysAt(issue.path));
  return new UserError(`unknown key "${key}"`, {
    place: { file, line: lineOfKey(text, key), field: formatPath([...issue.path, key]) },
    remedy:
      near === undefined ? `remove it; allowed here: ${keysAt(issue.path).join(', ')}` : `did you mean "${near}"?`,
  });
}

/** The keys that the schema allows at a path. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: z.core.$ZodType | undefined = experimentSchema;
  for (const part of path) schema = child(unwrap(schema), part);
  const object = unwrap(schema);
  return object !== undefined && 'shape' in object ? Object.keys(object.shape as object) : [];
}

function child(schema: z.core.$ZodType | undefined, part: PropertyKey): z.core.$ZodType | undefined {
  if (schema === undefined) return undefined;
  if ('shape' in schema) return (schema.shape as Record<PropertyKey, z.core.$ZodType>)[part];
  return 'element' in schema ? (schema.element as z.core.$ZodType) : undefined;
}

/** Takes defaults and optionals off a schema. */
function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let inner = schema;
  while (inner !== undefined && 'unwrap' in inner && typeof inner.unwrap === 'function')
    inner = inner.unwrap() as z.core.$ZodType;
  return inner;
}

function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

function lineOfKey(text: string, key: string): number | undefined {
  const index = text.indexOf(JSON.stringify(key));
  return index < 0 ? undefined : text.slice(0, index).split('\n').length;
}

function checkConsistency(config: ExperimentConfig, file: string): void {
  const fail = (field: string, what: string, remedy: string): never => {
    throw new UserError(what, { place: { file, field }, remedy });
  };
  const { data, teacher, student, losses } = config;
  if (new Set(data.labels).size < data.labels.length)
    fail('data.labels', 'a label is named twice', 'name each label once');
  if (data.split.validation + data.split.test >= 0.9) {
    fail('data.split', 'validation and test leave less than a tenth for training', 'make them smaller');
  }
  data.sources.forEach((source, i) => {
    for (const label of Object.values(source.labels ?? {})) {
      if (!data.labels.includes(label)) {
        fail(`data.sources[${i}].labels`, `"${label}" is not in data.labels`, `use one of: ${data.labels.join(', ')}`);
      }
    }
  });
  if (teacher.hidden % teacher.heads !== 0) {
    fail(
      'teacher.hidden',
      `${teacher.hidden} is not a multiple of the ${teacher.heads} heads`,
      'change teacher.hidden or teacher.heads',
    );
  }
  if (student.layers > teacher.layers) {
    fail(
      'student.layers',
      `the student has ${student.layers} layers, its teacher ${teacher.layers}`,
      'give the student fewer layers',
    );
  }
  if (Array.isArray(student.from)) {
    if (student.from.length !== student.layers) {
      fail(
        'student.from',
        `${student.from.length} layers named for a student of ${student.layers}`,
        'name one layer of the teacher for each',
      );
    }
    const wrong = student.from.find((layer) => layer >= teacher.layers);
    if (wrong !== undefined)
      fail('student.from', `the teacher has no layer ${wrong}`, `name layers from 0 to ${teacher.layers - 1}`);
  }
  if (losses.hard + losses.soft === 0)
    fail('losses', 'all weights are 0: there is nothing to learn from', 'give hard or soft a weight');
}
