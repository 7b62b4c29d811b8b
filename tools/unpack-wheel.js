// Unpacks a part of a Python wheel, which is a zip archive: CI takes OpenVINO's libraries out of PyPI's.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';

/** Writes the files of `wheel` whose names begin with `prefix` below `folder`; all of them, or none. Returns their names. */
export function unpackWheel(wheel, folder, prefix) {
  const files = unzipSync(readFileSync(wheel), {
    filter: ({ name }) => name.startsWith(prefix) && !name.endsWith('/'),
  });
  const names = Object.keys(files);
  if (names.length === 0) throw new Error(`${wheel} has no files below ${prefix}`);
  const strange = names.find((name) => name.split('/').includes('..'));
  if (strange !== undefined) throw new Error(`${wheel} has a file outside of its folder: ${strange}`);
  const unpacked = join(folder, prefix);
  const started = `${unpacked.replace(/\/$/, '')}.part`;
  rmSync(started, { recursive: true, force: true });
  for (const name of names) {
    const path = join(started, name.slice(prefix.length));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, files[name]);
  }
  rmSync(unpacked, { recursive: true, force: true });
  renameSync(started, unpacked);
  return names;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [wheel, folder, prefix] = process.argv.slice(2);
  if (prefix === undefined) {
    console.error('usage: node tools/unpack-wheel.js WHEEL FOLDER PREFIX');
    process.exit(2);
  }
  unpackWheel(wheel, folder, prefix);
}
