import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { UserError } from '@retort/shared';
import { OpenVinoFunctions } from './bindings.ts';
import { type ElementTypes, elementTypes } from './element-types.ts';
import { elfFault, isTruncation } from './elf.ts';
import { findOpenVino, folderVariable, libraryIn, type Surroundings, surroundings } from './find.ts';
import type { Koffi } from './prototypes.ts';

/** OpenVINO, loaded into this process. */
export interface OpenVino {
  readonly path: string;
  /** Such as `2026.4.1`. */
  readonly version: string;
  readonly functions: OpenVinoFunctions;
  readonly types: ElementTypes;
}

/** Before it, the C interface lacks what is called here. */
const oldest = [2024, 0] as const;

export const howToGetIt = `install OpenVINO 2024.0 or later (2026.3 to train): "pip install openvino" in a Python environment that is on the PATH, the archive from https://docs.openvino.ai with its setupvars, or name the folder of libopenvino_c in ${folderVariable}`;

let loaded: OpenVino | undefined;

/** Loads the library once a process; a UserError where it is not to be had, or is not what it ought to be. Nothing is loaded before this is called. */
export function openVino(): OpenVino {
  loaded ??= loadOpenVino(surroundings());
  return loaded;
}

/** For tests: loads what is found from these surroundings. */
export function loadOpenVino(where: Surroundings): OpenVino {
  const found = findOpenVino(where);
  if (found === undefined) throw notFound(where);
  const { path } = found;
  const koffi = loadKoffi();
  refuseBroken(path, where.platform);
  setStack(koffi);
  try {
    loadCompanions(koffi, path, where.platform);
    const functions = new OpenVinoFunctions(koffi, koffi.load(path));
    const version = requireVersion(functions.version(), path);
    return { path, version, functions, types: elementTypes((code) => functions.sizeOfEight(code)) };
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`OpenVINO cannot be loaded: ${firstLine(cause)}`, {
      place: { file: path },
      remedy: howToGetIt,
      cause,
    });
  }
}

/** Bytes of stack. Calls run on stacks of koffi's own, and those that compile a model are deep. */
const stack = 16 * 2 ** 20;

function notFound(where: Surroundings): UserError {
  const named = where.env[folderVariable];
  const without = findOpenVino(where, 'openvino');
  const what =
    without !== undefined
      ? `the OpenVINO in ${dirname(without.path)} has no C library (libopenvino_c)`
      : `OpenVINO's C library (libopenvino_c) is not ${named ? `in ${named}` : 'found on this machine'}`;
  return new UserError(what, { place: { field: named ? folderVariable : '--device' }, remedy: howToGetIt });
}

/** koffi is an optional dependency: without it everything but OpenVINO works. */
function loadKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)('koffi');
  } catch (cause) {
    throw new UserError(`OpenVINO needs the npm package koffi, which cannot be loaded: ${firstLine(cause)}`, {
      place: { field: '--device' },
      remedy: 'install the packages again (pnpm install) without leaving out optional ones, or use the device cpu',
      cause,
    });
  }
}

/** koffi takes no other configuration once a library is loaded. */
function setStack(koffi: Koffi): void {
  const before = koffi.config();
  if (before.async_stack_size === stack) return;
  try {
    koffi.config({ ...before, sync_stack_size: stack, async_stack_size: stack });
  } catch (cause) {
    throw new UserError('OpenVINO cannot be loaded: this process has loaded another library by koffi', {
      place: { field: '--device' },
      remedy: 'use OpenVINO before it: koffi takes the larger stacks that OpenVINO needs only before the first library',
      cause,
    });
  }
}

/** Where TBB lies in an archive, seen from the libraries. */
const ownTbb = join('..', '..', '3rdparty', 'tbb', 'lib');
/** What OpenVINO loads of these folders, sooner or later. */
const parts = /^lib(openvino|tbb|hwloc)\w*\.so[\d.]*$/;
/** Those of them that others than OpenVINO have, too, with files beside them that nobody loads here, such as linker scripts and libraries for another processor: only what is truncated counts. */
const others = /^lib(tbb|hwloc)/;

/** Whoever maps a truncated library is ended by the system: better to look at all of them first. */
function refuseBroken(path: string, platform: NodeJS.Platform): void {
  if (platform !== 'linux') return;
  const folder = dirname(path);
  const files = [folder, join(folder, ownTbb)].flatMap((at) =>
    namesIn(at).flatMap((name) => (parts.test(name) ? [join(at, name)] : [])),
  );
  for (const file of [path, ...files]) {
    const fault = elfFault(file);
    if (fault === undefined || (others.test(basename(file)) && !isTruncation(fault))) continue;
    throw new UserError(`OpenVINO's library ${basename(file)} cannot be used: ${fault}`, {
      place: { file },
      remedy: howToGetIt,
    });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // An installation without one.
  }
}

/**
 * What the C library needs is loaded before it, for only `setupvars` would tell the system where it lies: TBB (in an archive in a folder of its own) and the library proper.
 * What is not there is left to the system.
 */
function loadCompanions(koffi: Koffi, path: string, platform: NodeJS.Platform): void {
  if (platform === 'win32') return;
  const folder = dirname(path);
  for (const [part, folders] of [
    ['tbb', [folder, join(folder, ownTbb)]],
    ['openvino', [folder]],
  ] as const) {
    const file = folders.flatMap((at) => {
      const name = libraryIn(at, part, platform);
      return name === undefined ? [] : [join(at, name)];
    })[0];
    if (file !== undefined) koffi.load(file, { global: true });
  }
}

/** `2026.4.1-22981-…` -> `2026.4.1`. */
export function requireVersion(build: string, path: string): string {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(build) ?? [];
  if (Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1]))
    return build.split('-')[0];
  throw new UserError(`OpenVINO ${build} is too old: ${oldest.join('.')} or later is needed`, {
    place: { file: path },
    remedy: howToGetIt,
  });
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n')[0];
}
