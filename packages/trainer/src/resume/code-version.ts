import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The packages whose code decides what training gives. */
const packages = ['trainer', 'shared', 'onnx', 'runtime'];

/**
 * The sha256 of the code that runs: the compiled files of the packages, in tests their sources. Comments and types are not
 * in compiled files, so a change of them changes nothing.
 */
export function codeVersion(): string {
  version ??= hashCode();
  return version;
}

/** Of the code as it was when it was first asked for: later changes of the files are not what runs. */
let version: string | undefined;

function hashCode(): string {
  // .../trainer/dist/resume/code-version.js, or .../trainer/src/resume/code-version.ts
  const compiled = dirname(dirname(fileURLToPath(import.meta.url)));
  const hash = createHash('sha256');
  for (const name of packages) {
    const folder = join(dirname(dirname(compiled)), name, basename(compiled));
    if (!existsSync(folder)) continue;
    for (const path of codeFiles(folder)) {
      hash
        .update(`${name}/${relative(folder, path).split(sep).join('/')}\0`)
        .update(readFileSync(path))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

function codeFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(js|ts)$/.test(entry.name) && !/\.(test|d)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
