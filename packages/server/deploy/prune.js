import { readdirSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

// Removes what onnxruntime-node holds for other systems than this one: node prune.js FOLDER
const [, , folder] = process.argv;
const runtime = realpathSync(join(folder, 'node_modules/@retort/runtime'));
const main = createRequire(join(runtime, 'package.json')).resolve('onnxruntime-node');
const binaries = join(dirname(dirname(main)), 'bin');
for (const api of readdirSync(binaries)) {
  for (const system of readdirSync(join(binaries, api))) {
    for (const processor of readdirSync(join(binaries, api, system))) {
      if (system === process.platform && processor === process.arch) continue;
      rmSync(join(binaries, api, system, processor), { recursive: true });
    }
  }
}
