import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import type postgres from 'postgres';
import type { Sql } from '../database/open.ts';

/** npm's Postgres brings no psql: this shell takes SQL up to a `;`, and the two commands that one misses most. */
export async function shell(
  sql: Sql,
  { input, output, interactive }: { input: Readable; output: Writable; interactive: boolean },
): Promise<{ readonly failed: number }> {
  const lines = createInterface({ input, output: interactive ? output : undefined, terminal: interactive });
  const prompt = (text: string) => {
    if (!interactive) return;
    lines.setPrompt(text);
    lines.prompt();
  };
  let statement = '';
  let failed = 0;
  prompt('retort=> ');
  for await (const line of lines) {
    const word = line.trim();
    if (statement === '' && (word === '\\q' || word === 'exit' || word === 'quit')) break;
    if (statement === '' && word.startsWith('\\')) failed += await execute(sql, describeCommand(word), output);
    else {
      statement += statement === '' ? line : `\n${line}`;
      if (word.endsWith(';')) {
        failed += await execute(sql, statement, output);
        statement = '';
      }
    }
    prompt(statement.trim() === '' ? 'retort=> ' : 'retort-> ');
  }
  if (statement.trim() !== '') failed += await execute(sql, statement, output);
  lines.close();
  return { failed };
}

/** `\d` lists the tables, `\d runs` the columns of one. */
function describeCommand(text: string): string {
  const [command, table] = text.split(/\s+/);
  if (!/^\\dt?$/.test(command)) return `do $$ begin raise exception 'known are \\d, \\d TABLE and \\q'; end $$`;
  if (table === undefined) {
    return `select c.relname as table, greatest(c.reltuples, 0)::int8 as rows_about, pg_size_pretty(pg_total_relation_size(c.oid)) as size
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'retort' and c.relkind = 'r' order by 1`;
  }
  const name = table.replace(/^retort\./, '').replaceAll("'", "''");
  return `select column_name as column, data_type as type, is_nullable as nullable, column_default as default
    from information_schema.columns where table_schema = 'retort' and table_name = '${name}' order by ordinal_position`;
}

/** 1 if it failed. */
async function execute(sql: Sql, statement: string, output: Writable): Promise<0 | 1> {
  try {
    const result = await sql.unsafe(statement).simple();
    const parts = [...result].filter(isResult);
    // Several statements give a list of results.
    for (const one of parts.length > 0 ? parts : [result]) if (isResult(one)) output.write(formatResult(one));
    return 0;
  } catch (error) {
    output.write(`error: ${(error as Error).message}\n`);
    return 1;
  }
}

function isResult(value: unknown): value is postgres.RowList<postgres.Row[]> {
  return Array.isArray(value);
}

/** Rows as a table; of a command without rows what it did. */
export function formatResult(result: postgres.RowList<postgres.Row[]>): string {
  const names = result.columns?.map(({ name }) => name) ?? [];
  if (names.length === 0) return `${result.command ?? 'done'}${result.count === null ? '' : ` ${result.count}`}\n`;
  const rows = [names, ...result.map((row) => names.map((name) => formatCell(row[name])))];
  const widths = names.map((_, i) => Math.min(60, Math.max(...rows.map((row) => row[i].length))));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, `(${result.length} ${result.length === 1 ? 'row' : 'rows'})`, ''].join('\n');
}

function formatCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).replace(/\s*\n\s*/g, ' ');
}
