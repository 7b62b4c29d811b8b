import config from './config.js';

/** What is too slow for every run: the workspace's machinery and whole stages, in `*.e2e.js` and `*.e2e.ts`. */
export default {
  ...config,
  testMatch: ['<rootDir>/**/*.e2e.js', '<rootDir>/**/*.e2e.ts'],
  reporters: ['default'],
  testTimeout: 600_000,
  // A test that failed half-way may have left a server or a connection behind: it must not hold up whoever waits for the verdict.
  forceExit: true,
};
