import { existsSync } from 'node:fs';
import TestEnvironment from './environment.js';

/** SwiftShader, a Vulkan that computes on the processor, as Debian's chromium brings it. */
const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * For tests that train on a GPU, by `@jest-environment` at the top of the file: on every machine the same device, and one
 * where there is none. A test's own `process.env` is a copy, which libvulkan does not see.
 */
export default class extends TestEnvironment {
  async setup() {
    if (existsSync(driver)) process.env.VK_ICD_FILENAMES ??= driver;
    await super.setup();
  }
}
