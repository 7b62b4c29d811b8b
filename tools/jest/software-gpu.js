import { existsSync } from 'node:fs';
import TestEnvironment from './environment.js';
import { swiftShader } from './swiftshader.js';

/**
 * For tests that train on a GPU, by `@jest-environment` at the top of the file: on every machine the same device, and one
 * where there is none. A test's own `process.env` is a copy, which libvulkan does not see.
 */
export default class extends TestEnvironment {
  async setup() {
    if (existsSync(swiftShader)) process.env.VK_ICD_FILENAMES ??= swiftShader;
    await super.setup();
  }
}
