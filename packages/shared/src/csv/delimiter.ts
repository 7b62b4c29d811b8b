import { UserError } from '../errors.ts';

/** What may separate fields: neither letters and digits, nor a quote. */
export const delimiterPattern = /^[\t !#-/:-@[-`{-~]$/;

/** Where a file, its columns and its delimiter are named: in experiment.json, or by the options of a command. */
export type NamedBy = 'experiment' | 'options';

/** The option `--delimiter` of a command; a tab may be written `\\t`. */
export function parseDelimiter(value: string | boolean | undefined): string {
  const given = value === '\\t' ? '\t' : String(value);
  if (delimiterPattern.test(given)) return given;
  throw new UserError(`"${value}" cannot separate fields`, {
    place: { field: '--delimiter' },
    remedy: 'give one character, such as ; or \\t for a tab',
  });
}

const names: Readonly<Record<string, string>> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' };

/** An error where the header has no `delimiter` in it, but another usual one: then nothing else that is wrong with the file counts. */
export function otherDelimiter(
  header: string,
  delimiter: string,
  file: string,
  namedBy: NamedBy = 'experiment',
): UserError | undefined {
  const used = Object.keys(names).find((one) => header.includes(one));
  if (header.includes(delimiter) || used === undefined) return undefined;
  return new UserError(
    `the fields of the file are separated by ${names[used]}, not by ${names[delimiter] ?? delimiter}`,
    {
      place: { file, line: 1 },
      remedy: namedBy === 'options' ? byOption(used) : inExperiment(used),
    },
  );
}

function byOption(used: string): string {
  return used === ',' ? 'leave out --delimiter' : `give --delimiter '${used === '\t' ? '\\t' : used}'`;
}

function inExperiment(used: string): string {
  if (used === ',') return 'remove "delimiter" in experiment.json';
  return `beside its "path" in experiment.json write "delimiter": ${JSON.stringify(used)}; else save the file with commas`;
}
