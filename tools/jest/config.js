import { fileURLToPath } from 'node:url';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

// What OpenVINO compiles in tests does not go to the user's cache; a test of the cache has its own.
process.env.OPENVINO_CACHE_DIR = '';

/** One configuration for every package; Nx gives the package's folder as --rootDir. */
export default {
  testMatch: ['<rootDir>/**/*.test.ts', '<rootDir>/**/*.test.js'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      here('../../node_modules/@swc/jest/index.js'),
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
    ],
  },
  testEnvironment: here('environment.js'),
  // The packages' sources are tested, not what was built of them.
  testEnvironmentOptions: { customExportConditions: ['@retort/source', 'node', 'node-addons'] },
  reporters: ['default', here('count-reporter.js')],
  // Only to end a test that hangs: a busy machine must not fail one.
  testTimeout: 240_000,
  // One core in two is enough for a package: Nx runs packages side by side.
  maxWorkers: 1,
};
