import { UserError } from '../errors.ts';

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
