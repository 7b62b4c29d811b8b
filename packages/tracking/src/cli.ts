import { runProgram } from '@retort/shared';
import { dataCommands } from './commands/data-commands.ts';
import { queryCommands } from './commands/query-commands.ts';
import { serverCommands } from './commands/server-commands.ts';

await runProgram('tracking', { ...serverCommands, ...queryCommands, ...dataCommands });
