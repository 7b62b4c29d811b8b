import type { z } from 'zod';
import { nearest, UserError } from '../errors.ts';
import { formatPath, lineOfPath } from './json-lines.ts';
import { experimentSchema } from './schema.ts';

/** What other programs call our keys, in small letters and without underscores. */
const namesElsewhere: Readonly<Record<string, string>> = {
  lr: 'learningRate',
  bs: 'batchSize',
  wd: 'weightDecay',
  numtrainepochs: 'epochs',
  perdevicetrainbatchsize: 'batchSize',
  gradientaccumulationsteps: 'accumulation',
  maxgradnorm: 'clipNorm',
  maxlength: 'maxTokens',
  maxseqlength: 'maxTokens',
  model: 'weights',
};

/** The most telling of the schema's complaints about an experiment file, as an error that names line, field and cure. */
export function schemaError(issues: readonly z.core.$ZodIssue[], file: string, text: string): UserError {
  // A misspelt key is also a missing one; the misspelling is what the user has to see.
  const issue = innermost(issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]);
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path;
  const place = { file, line: lineOfPath(text, path), field: formatPath(path) || '(the whole file)' };
  if (issue.code !== 'unrecognized_keys') {
    return new UserError(describe(issue), { place, remedy: 'see experiment.schema.json for what is allowed' });
  }
  const allowed = keysAt(issue.path);
  const elsewhere = namesElsewhere[issue.keys[0].toLowerCase().replaceAll('_', '')];
  const near = allowed.includes(elsewhere) ? elsewhere : nearest(issue.keys[0], allowed);
  return new UserError(`unknown key "${issue.keys[0]}"`, {
    place,
    remedy: near === undefined ? `remove it; allowed here: ${allowed.join(', ')}` : `did you mean "${near}"?`,
  });
}

/** Of a union's alternatives the complaint of the one that fits best: the one whose fault lies inside the value. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inside = issue.errors.flat().find(({ code, path }) => code === 'unrecognized_keys' || path.length > 0);
  return inside === undefined ? issue : innermost({ ...inside, path: [...issue.path, ...inside.path] });
}

function describe(issue: z.core.$ZodIssue): string {
  const messages = issue.code === 'invalid_union' ? issue.errors.map(([first]) => first.message) : [issue.message];
  return messages
    .map((message) => message.replace(/^Invalid (?:input|option): /, ''))
    .join(', or ')
    .replace(/, received undefined$/, ', but the key is missing');
}

/** The keys that the schema allows at a path. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let schemas: readonly z.core.$ZodType[] = alternatives(experimentSchema);
  for (const part of path) schemas = schemas.flatMap((schema) => child(schema, part));
  return schemas.flatMap((schema) => ('shape' in schema ? Object.keys(schema.shape as object) : []));
}

function child(schema: z.core.$ZodType, part: PropertyKey): z.core.$ZodType[] {
  if ('shape' in schema) return alternatives((schema.shape as Record<PropertyKey, z.core.$ZodType | undefined>)[part]);
  return 'element' in schema ? alternatives(schema.element as z.core.$ZodType) : [];
}

/** Takes defaults and optionals off a schema and takes a union apart. */
function alternatives(schema: z.core.$ZodType | undefined): z.core.$ZodType[] {
  if (schema === undefined) return [];
  if ('options' in schema) return (schema.options as z.core.$ZodType[]).flatMap(alternatives);
  const wrapped = 'unwrap' in schema && !('element' in schema) && typeof schema.unwrap === 'function';
  return wrapped ? alternatives((schema.unwrap as () => z.core.$ZodType)()) : [schema];
}
