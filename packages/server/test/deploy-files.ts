import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

const path = (file: string) => fileURLToPath(new URL(`../deploy/${file}`, import.meta.url));

/** The documents of a YAML file in `deploy`; throws where it is none. */
export function readManifests(file: string): unknown[] {
  const documents = parseAllDocuments(readFileSync(path(file), 'utf8'), { uniqueKeys: true });
  return documents.map((document) => {
    if (!('errors' in document)) throw new Error(`${file} is empty`);
    for (const error of [...document.errors, ...document.warnings]) throw error;
    return document.toJS();
  });
}

/** The instructions of the Dockerfile: `RUN`, `COPY` ... and what follows. */
export function dockerInstructions(): { readonly name: string; readonly value: string }[] {
  const lines = readFileSync(path('Dockerfile'), 'utf8').split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ name: line.slice(0, line.indexOf(' ')), value: line.slice(line.indexOf(' ') + 1) }));
}
