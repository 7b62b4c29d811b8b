import { join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { type Command, UserError } from '@retort/shared';
import { backup, restore } from './backup.ts';
import { shell } from './shell.ts';
import { withDatabase } from './with-database.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

const rowsIn = (tables: readonly { readonly rows: number }[]) => tables.reduce((sum, { rows }) => sum + rows, 0);

export const dataCommands: Record<string, Command> = {
  psql: {
    help: 'A shell for SQL. The tables lie in the schema "retort"; \\d lists them. Reads a pipe, too.',
    options: { sql: { type: 'string', value: 'SQL', help: 'runs this and ends' } },
    run: ({ sql: command }) =>
      withDatabase(async ({ sql }) => {
        const given = typeof command === 'string';
        const input = given ? Readable.from([command]) : process.stdin;
        const interactive = !given && process.stdin.isTTY === true;
        const { failed } = await shell(sql, { input, output: process.stdout, interactive });
        if (failed > 0 && !interactive) process.exitCode = 1;
      }),
  },
  backup: {
    help: 'Writes the whole database to one file, as it is at one moment; stages may go on meanwhile.',
    options: { file: { type: 'string', value: 'FILE', help: 'by default .retort/backups/<time>.retort.gz' } },
    run: ({ file }) =>
      withDatabase(async ({ sql }, workspace) => {
        const name = `${new Date().toISOString().replace(/[:.]/g, '-')}.retort.gz`;
        const path = typeof file === 'string' ? resolve(file) : join(workspace, '.retort', 'backups', name);
        const { tables } = await backup(sql, path);
        print(`${relative(process.cwd(), path)}: ${rowsIn(tables)} rows of ${tables.length} tables`);
      }),
  },
  restore: {
    help: 'Fills an empty database with a backup. A file that is damaged changes nothing.',
    options: { file: { type: 'string', value: 'FILE', help: 'what tracking:backup wrote' } },
    run: ({ file }) =>
      withDatabase(async ({ sql }) => {
        if (typeof file !== 'string') {
          throw new UserError('no backup is named', { place: { field: '--file' }, remedy: 'name one: --file=FILE' });
        }
        const { tables, createdAt } = await restore(sql, resolve(file));
        print(`${rowsIn(tables)} rows of ${tables.length} tables are back, as they were at ${createdAt}`);
      }),
  },
};
