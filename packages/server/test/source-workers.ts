/** Arguments with which Node runs the workers' sources. */
const typescript = new URL('../../../tools/jest/typescript.js', import.meta.url);
export const nodeArguments = ['--no-warnings', '--conditions=@retort/source', '--import', typescript.href];
