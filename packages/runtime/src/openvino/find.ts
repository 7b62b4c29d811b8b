import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Where this process looks for libraries. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** Where Node looks for packages first, and in its parents. */
  readonly folder: string;
}

/** A folder in which `libopenvino_c` may lie. */
interface Place {
  readonly folder: string;
  /** How it came to be looked at. */
  readonly by: string;
}

/** The C library, and why this one. */
export interface FoundLibrary {
  readonly path: string;
  readonly by: string;
}

export const folderVariable = 'OPENVINO_LIB_DIR';

export function surroundings(): Surroundings {
  return { env: process.env, platform: process.platform, home: homedir(), folder: process.cwd() };
}

/**
 * Finds OpenVINO's C library: in `OPENVINO_LIB_DIR` (and nowhere else where that is set), in an installed `openvino-node`, in what an archive's `setupvars` set, in
 * Python environments (the one that is active, then those on the PATH, then the user's and the system's), in the system's library folders. `library`: `openvino` is the one behind it, which older wheels have alone.
 */
export function findOpenVino(
  where: Surroundings = surroundings(),
  library: 'openvino_c' | 'openvino' = 'openvino_c',
): FoundLibrary | undefined {
  for (const { folder, by } of places(where)) {
    const name = libraryIn(folder, library, where.platform);
    if (name !== undefined) return { path: realpathSync(join(folder, name)), by };
  }
  return undefined;
}

/** The file of a library in a folder: the plain name, or the one with the highest version behind it. A link that leads nowhere is none. */
export function libraryIn(folder: string, library: string, platform: NodeJS.Platform): string | undefined {
  const [start, end] = affixes(platform);
  const plain = start + library + end;
  return list(folder)
    .filter((name) => isLibrary(name, start + library, end) && isFile(join(folder, name)))
    .sort((a, b) => Number(b === plain) - Number(a === plain) || b.localeCompare(a, 'en', { numeric: true }))[0];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function affixes(platform: NodeJS.Platform): readonly [string, string] {
  if (platform === 'win32') return ['', '.dll'];
  return platform === 'darwin' ? ['lib', '.dylib'] : ['lib', '.so'];
}

/** `libopenvino_c.so`, `libopenvino_c.so.2450`, `libopenvino_c.2450.dylib`, `openvino_c.dll`. */
function isLibrary(name: string, stem: string, end: string): boolean {
  if (!name.startsWith(stem)) return false;
  const rest = name.slice(stem.length);
  return (
    rest === end ||
    (rest.startsWith(`${end}.`) && /^[\d.]+$/.test(rest.slice(end.length))) ||
    (rest.endsWith(end) && /^\.[\d.]+$/.test(rest.slice(0, -end.length)))
  );
}

function places(where: Surroundings): Place[] {
  const { env } = where;
  const named = env[folderVariable];
  if (named !== undefined && named !== '') return layouts(named).map((folder) => ({ folder, by: folderVariable }));
  return [
    ...parents(where.folder).map((folder) => ({
      folder: join(folder, 'node_modules', 'openvino-node', 'bin'),
      by: 'openvino-node',
    })),
    ...(env.INTEL_OPENVINO_DIR
      ? layouts(env.INTEL_OPENVINO_DIR).map((folder) => ({ folder, by: 'INTEL_OPENVINO_DIR' }))
      : []),
    ...pythonFolders(where),
    ...systemFolders(where),
  ];
}

/** The folder itself, and where its libraries lie if it is an unpacked archive (`runtime/lib/intel64`) or a package of Python. */
function layouts(folder: string): string[] {
  const archive = join(folder, 'runtime', 'lib');
  const onWindows = join(folder, 'runtime', 'bin');
  return [
    folder,
    join(folder, 'openvino', 'libs'),
    join(folder, 'libs'),
    ...[archive, onWindows].flatMap((lib) => [
      lib,
      ...list(lib).flatMap((name) => [join(lib, name), join(lib, name, 'Release')]),
    ]),
  ];
}

function pythonFolders({ env, home, platform }: Surroundings): Place[] {
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter((bin) => existsSync(join(bin, platform === 'win32' ? 'python.exe' : 'python3')))
    .map((bin) => (platform === 'win32' ? bin : dirname(bin)));
  const roots = [env.VIRTUAL_ENV, env.CONDA_PREFIX, ...onPath, join(home, '.local'), '/usr/local', '/usr'];
  return roots
    .filter((root): root is string => root !== undefined && root !== '')
    .flatMap((root) => [
      join(root, 'Lib', 'site-packages'),
      ...['lib', 'lib64'].flatMap((lib) =>
        list(join(root, lib))
          .filter((name) => /^python3/.test(name))
          .flatMap((name) => ['site-packages', 'dist-packages'].map((packages) => join(root, lib, name, packages))),
      ),
    ])
    .map((packages) => ({ folder: join(packages, 'openvino', 'libs'), by: 'the openvino package of Python' }));
}

function systemFolders({ env, platform }: Surroundings): Place[] {
  const searchPath =
    platform === 'win32' ? env.PATH : platform === 'darwin' ? env.DYLD_LIBRARY_PATH : env.LD_LIBRARY_PATH;
  const known =
    platform === 'linux'
      ? [
          '/usr/local/lib',
          '/usr/lib/x86_64-linux-gnu',
          '/usr/lib/aarch64-linux-gnu',
          '/usr/lib64',
          '/usr/lib',
          ...archivesIn('/opt/intel'),
        ]
      : platform === 'darwin'
        ? ['/opt/homebrew/lib', '/usr/local/lib', ...archivesIn('/opt/intel')]
        : archivesIn('C:\\Program Files (x86)\\Intel');
  return [...(searchPath ?? '').split(delimiter).filter((folder) => folder !== ''), ...known].map((folder) => ({
    folder,
    by: 'the system',
  }));
}

function archivesIn(folder: string): string[] {
  return list(folder)
    .filter((name) => name.startsWith('openvino'))
    .flatMap((name) => layouts(join(folder, name)));
}

function parents(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...parents(above)];
}

/** Names in a folder; none where it cannot be read. */
function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
