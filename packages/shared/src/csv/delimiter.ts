import { UserError } from '../errors.ts';

/** What may separate fields. */
export const delimiterPattern = /^[\t !#-~]$/;

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
export function otherDelimiter(header: string, delimiter: string, file: string): UserError | undefined {
  const used = Object.keys(names).find((one) => header.includes(one));
  if (header.includes(delimiter) || used === undefined) return undefined;
  return new UserError(
    `the fields of the file are separated by ${names[used]}, not by ${names[delimiter] ?? delimiter}`,
    {
      place: { file, line: 1 },
      remedy:
        used === ','
          ? 'remove "delimiter" in experiment.json'
          : `in data.sources or data.unlabelled of experiment.json write "delimiter": ${JSON.stringify(used)} beside "path"; else save the file with commas`,
    },
  );
}
