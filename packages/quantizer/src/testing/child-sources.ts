/** Processes that a test starts run our TypeScript sources as the test does: no test waits for a build. */
export function runSourcesInChildren(): void {
  const hooks = new URL('../../../shared/testing/typescript-hooks.mjs', import.meta.url);
  process.env.NODE_OPTIONS = `--conditions=@retort/source --no-warnings --import=${hooks}`;
}
