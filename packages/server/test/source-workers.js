const typescript = new URL('../../../tools/jest/typescript.js', import.meta.url);
export const nodeArguments = ['--no-warnings', '--conditions=@retort/source', '--import', typescript.href];
//# sourceMappingURL=source-workers.js.map
