import { existsSync, readdirSync, statSync } from 'node:fs';
import { register } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { swiftShader } from '../jest/swiftshader.js';

/**
 * What tests use where it is there: OpenVINO's library, a graphics processor or its stand-in, a model in `models/`. Tests that miss it are
 * skipped, or say that they did not run; that count must not come out of the cache once it is there, or gone. An environment variable,
 * which the targets `test` name among their inputs, for Nx sees nothing outside of the workspace.
 */
export const optionalPartsVariable = 'RETORT_OPTIONAL_PARTS';

/** The model whose sentence embeddings are compared with those of transformers. */
const model = 'models/sentence-transformers/all-MiniLM-L6-v2';

const librariesOfLinux = [
  '/usr/local/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
];
const driversOfLinux = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];

/** Whether an argument names the target: `test`, `trainer:test`, `--targets=lint,test`. Other runs need not look for anything. */
export function runsTests(argv) {
  return argv.some((argument) => argument.split(/[=,]/).some((name) => name.split(':').at(-1) === 'test'));
}

/** What is there, by its path and what tells another version of it. */
export async function optionalParts(workspaceRoot, env, platform = process.platform) {
  const { findOpenVino, libraryIn } = await openVinoSearch();
  const openvino = findOpenVino({ env, platform, home: homedir(), folder: workspaceRoot })?.path;
  const folders = [...(env.LD_LIBRARY_PATH ?? '').split(delimiter).filter(Boolean), ...librariesOfLinux];
  const vulkan = folders.filter((folder) => libraryIn(folder, 'vulkan', 'linux') !== undefined);
  const parts = {
    openvino: openvino === undefined ? [] : [`${openvino} ${statSync(openvino).size}`],
    vulkan,
    drivers: [env.VK_ICD_FILENAMES, env.VK_DRIVER_FILES, ...driversOfLinux.flatMap(pathsIn), swiftShader].filter(
      (path) => path !== undefined && (existsSync(path) || path.includes(delimiter)),
    ),
    model: namesIn(join(workspaceRoot, model)),
  };
  return JSON.stringify(parts);
}

/** The search of packages/runtime: as it was built, which is there sooner, else its source. */
async function openVinoSearch() {
  const built = new URL('../../packages/runtime/dist/openvino/find.js', import.meta.url);
  if (existsSync(built)) return import(built.href);
  register('../jest/typescript-hooks.js', import.meta.url);
  return import('../../packages/runtime/src/openvino/find.ts');
}

function pathsIn(folder) {
  return namesIn(folder).map((name) => join(folder, name));
}

/** None where the folder cannot be read. */
function namesIn(folder) {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
