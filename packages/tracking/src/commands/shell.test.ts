import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '../../testing/test-database.ts';
import { shell } from './shell.ts';

describe('shell', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  async function run(input: string) {
    const output = new PassThrough();
    const { failed } = await shell(database.sql, { input: Readable.from([input]), output, interactive: false });
    output.end();
    return { failed, printed: await text(output) };
  }

  it('shows rows as a table', async () => {
    expect((await run("select 1 as n, 'a' as letter, null as nothing;")).printed).toBe(
      'n  letter  nothing\n1  a\n(1 row)\n',
    );
  });

  it('takes a statement of several lines, and several of one line', async () => {
    expect((await run('select\n 1 as n;\nselect 2 as a; select 3 as b;')).printed).toBe(
      'n\n1\n(1 row)\na\n2\n(1 row)\nb\n3\n(1 row)\n',
    );
  });

  it('tells what a statement without rows did', async () => {
    expect((await run("insert into retort.experiments (name) values ('x');")).printed).toBe('INSERT 1\n');
  });

  it('goes on after a mistake', async () => {
    const { failed, printed } = await run('selec;\nselect 1 as n;');
    expect(failed).toBe(1);
    expect(printed).toContain('error: syntax error');
    expect(printed).toContain('(1 row)');
  });

  it('describes tables', async () => {
    expect((await run('\\d')).printed).toContain('run_metrics');
    expect((await run('\\d metrics')).printed).toContain('double precision');
    expect((await run('\\x')).printed).toContain('known are');
  });
});
