import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { isDiskFull, UserError } from '@retort/shared';
import type postgres from 'postgres';
import { appliedMigration } from '../database/migrate.ts';
import type { Sql } from '../database/open.ts';

/**
 * A backup is one file, gzip of: a line of JSON (`Header`), then for each table the length of each part of its COPY text in
 * decimal, a line end, and the part; a length of 0 ends a table. The sha256 of all before it is the last line.
 */
interface Header {
  readonly format: 'retort-backup-1';
  /** The newest migration of the schema that the rows are of. */
  readonly migration: number;
  readonly createdAt: string;
  /** In an order in which none refers to a later one. */
  readonly tables: readonly { readonly name: string; readonly columns: readonly string[]; readonly rows: number }[];
}

const tables = [
  'experiments',
  'runs',
  'metric_names',
  'metrics',
  'run_metrics',
  'artifacts',
  'run_artifacts',
  'evaluations',
  'comparisons',
  'deployments',
  'api_keys',
];

/** Writes everything to one file, as it was at one moment. */
export async function backup(sql: Sql, file: string): Promise<Header> {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const header = await sql.begin('isolation level repeatable read read only', async (tx) => {
      const header = await describe(sql, tx);
      await pipeline(Readable.from(content(tx, header)), createGzip(), createWriteStream(temporary, { mode: 0o600 }));
      return header;
    });
    renameSync(temporary, file);
    return header;
  } catch (error) {
    throw isDiskFull(error) ? diskFull(file, error) : error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

async function describe(sql: Sql, tx: postgres.TransactionSql<{ bigint: number }>): Promise<Header> {
  const described: Header['tables'][number][] = [];
  for (const name of tables) {
    const columns = await tx`select column_name as name from information_schema.columns
      where table_schema = 'retort' and table_name = ${name} order by ordinal_position`;
    const [{ rows }] = await tx`select count(*) as rows from retort.${tx(name)}`;
    described.push({ name, columns: columns.map(({ name }) => name), rows });
  }
  return {
    format: 'retort-backup-1',
    migration: await appliedMigration(sql),
    createdAt: new Date().toISOString(),
    tables: described,
  };
}

async function* content(tx: postgres.TransactionSql<{ bigint: number }>, header: Header): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const pass = (part: Buffer) => {
    hash.update(part);
    return part;
  };
  yield pass(Buffer.from(`${JSON.stringify(header)}\n`));
  for (const { name, columns } of header.tables) {
    const rows = await tx`copy retort.${tx(name)} (${tx(columns)}) to stdout`.readable();
    for await (const chunk of rows) {
      const part: Buffer = Buffer.from(chunk);
      yield pass(Buffer.from(`${part.length}\n`));
      yield pass(part);
    }
    yield pass(Buffer.from('0\n'));
  }
  yield Buffer.from(`${hash.digest('hex')}\n`);
}

/** Fills an empty database. The file is checked to its end before the database sees any of it, which would have words of its own for what is damaged. */
export async function restore(sql: Sql, file: string): Promise<Header> {
  await requireWhole(file);
  return sql.begin(async (tx) => {
    const reader = new BackupReader(file);
    const header = parseHeader(await reader.line(), file);
    const applied = await appliedMigration(sql);
    if (applied !== header.migration) throw otherSchema(file, header, applied);
    const [{ rows }] = await tx`select count(*) as rows from retort.runs`;
    if (rows > 0) throw notEmpty();
    for (const { name, columns } of header.tables) {
      if (!tables.includes(name)) throw damaged(file, `it has an unknown table "${name}"`);
      const copy = await tx`copy retort.${tx(name)} (${tx(columns)}) from stdin`.writable();
      await pipeline(Readable.from(reader.parts()), copy);
      const [{ highest }] = await tx`select pg_get_serial_sequence(${`retort.${name}`}, 'id') as highest
        where exists (select from information_schema.columns
          where table_schema = 'retort' and table_name = ${name} and column_name = 'id')`.then((found) =>
        found.length > 0 ? found : [{ highest: null }],
      );
      if (highest !== null) {
        await tx`select setval(${highest}, (select coalesce(max(id), 0) + 1 from retort.${tx(name)}), false)`;
      }
    }
    await requireEnd(reader, file);
    return header;
  });
}

async function requireWhole(file: string): Promise<void> {
  const reader = new BackupReader(file);
  const { tables } = parseHeader(await reader.line(), file);
  for (const _ of tables) {
    for await (const _ of reader.parts());
  }
  await requireEnd(reader, file);
}

async function requireEnd(reader: BackupReader, file: string): Promise<void> {
  const expected = reader.digest();
  if ((await reader.line()) !== expected) throw damaged(file, 'its checksum is another');
}

function parseHeader(line: string, file: string): Header {
  try {
    const header: Header = JSON.parse(line);
    if (header.format === 'retort-backup-1') return header;
  } catch {
    // As with another format.
  }
  throw damaged(file, 'it does not begin as one');
}

/** Reads the unzipped file piece by piece. */
class BackupReader {
  readonly #file: string;
  readonly #source: AsyncIterator<Buffer>;
  readonly #hash = createHash('sha256');
  #buffer: Buffer = Buffer.alloc(0);

  constructor(file: string) {
    this.#file = file;
    const unzipped = createGunzip();
    const input = createReadStream(file);
    input.on('error', (error) => unzipped.destroy(error));
    this.#source = input.pipe(unzipped)[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    let end = this.#buffer.indexOf(10);
    while (end < 0) {
      if (!(await this.#more())) throw damaged(this.#file, 'it is cut off');
      end = this.#buffer.indexOf(10);
    }
    return this.#take(end + 1)
      .toString('utf8')
      .trimEnd();
  }

  /** The parts of one table. */
  async *parts(): AsyncGenerator<Buffer> {
    for (;;) {
      const length = Number(await this.line());
      if (!Number.isSafeInteger(length) || length < 0) throw damaged(this.#file, 'a length is no number');
      if (length === 0) return;
      while (this.#buffer.length < length) {
        if (!(await this.#more())) throw damaged(this.#file, 'it is cut off');
      }
      yield this.#take(length);
    }
  }

  /** Of everything that was read so far. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  #take(length: number): Buffer {
    const taken = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    this.#hash.update(taken);
    return taken;
  }

  async #more(): Promise<boolean> {
    try {
      const { done, value } = await this.#source.next();
      if (done === true) return false;
      this.#buffer = Buffer.concat([this.#buffer, value]);
      return true;
    } catch (cause) {
      throw damaged(this.#file, (cause as Error).message, cause);
    }
  }
}

function damaged(file: string, why: string, cause?: unknown): UserError {
  return new UserError(`the file is no whole backup: ${why}`, {
    place: { file },
    remedy: 'name another backup; the database is as it was',
    cause,
  });
}

function otherSchema(file: string, { migration }: Header, applied: number): UserError {
  const newer = migration > applied ? 'a newer' : 'an older';
  return new UserError(`the backup has the schema of ${newer} Retort`, {
    place: { file },
    remedy: 'restore it with the Retort that made it; this one then brings its database up to date',
  });
}

function notEmpty(): UserError {
  return new UserError('the database has runs already: a backup fills an empty one', {
    place: { field: 'retort.runs' },
    remedy:
      'nx run tracking:stop, move .retort/postgres away, and restore again; or name an empty database by DATABASE_URL',
  });
}

function diskFull(file: string, cause: unknown): UserError {
  return new UserError('the disk is full: the backup could not be written', {
    place: { file },
    remedy: 'free some space, or name a file elsewhere: --file',
    cause,
  });
}
