import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OpenOptions, openDatabase } from '../database/open.ts';
import { giveTo, serverAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { readPassword } from './data-folder.ts';
import { findPostmaster } from './postmaster.ts';
import { acquireServer, ensureServer, keepServer, stopServer } from './server.ts';

const certificate = (name: string) => fileURLToPath(new URL(`../../testing/tls/${name}`, import.meta.url));

describe('the embedded server', () => {
  let root: string;
  let folder: string;
  let options: OpenOptions;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'retort-'));
    chmodSync(root, 0o755);
    folder = join(root, 'postgres');
    const files = ['crt', 'key'].map((kind) => join(folder, `server.${kind}`));
    const extra = `fsync = off\nssl_cert_file = '${files[0]}'\nssl_key_file = '${files[1]}'\n`;
    options = { url: '', folder, server: { extra } };
    await ensureServer(folder, { extra });
    await stopServer(folder);
    for (const kind of ['crt', 'key']) {
      const file = join(folder, `server.${kind}`);
      cpSync(certificate(`server.${kind}`), file);
      chmodSync(file, 0o600);
      giveTo(file, serverAccount());
    }
    writeFileSync(join(folder, 'data/postgresql.auto.conf'), `ssl = on\n`, { flag: 'a' });
  });
  afterAll(async () => {
    await stopServer(folder);
    rmSync(root, { recursive: true, force: true });
  });

  it('is one for all who start it at once', async () => {
    const servers = await Promise.all([1, 2, 3, 4].map(() => ensureServer(folder)));
    expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1);
  });

  it('stops with the last who uses it', async () => {
    const [one, other] = await Promise.all([acquireServer(folder), acquireServer(folder)]);
    await one.release();
    expect(findPostmaster(folder)).toMatchObject({ ready: true });
    await other.release();
    expect(findPostmaster(folder)).toBeUndefined();
  });

  it('goes on until it is stopped, if that was asked for', async () => {
    await keepServer(folder);
    await (await acquireServer(folder)).release();
    expect(findPostmaster(folder)).toMatchObject({ ready: true });
    expect(await stopServer(folder)).toBe(true);
    expect(await stopServer(folder)).toBe(false);
  });

  it('is started again for a client whose server was killed', async () => {
    const { sql, close } = await openDatabase('', options);
    const { pid } = await ensureServer(folder);
    process.kill(pid, 'SIGKILL');
    // The connection breaks at some moment; a query after that has a new one.
    const answers = await Promise.allSettled([1, 2, 3].map(() => sql`select 1 as one`));
    expect(answers).toHaveLength(3);
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
    expect((await ensureServer(folder)).pid).not.toBe(pid);
    await close();
  });

  it('starts though another program has the number of a killed one', async () => {
    await ensureServer(folder);
    const file = join(folder, 'data/postmaster.pid');
    const left = readFileSync(file, 'utf8');
    await stopServer(folder);
    writeFileSync(file, left.replace(/^\d+/, String(process.pid)));
    giveTo(file, serverAccount());
    expect(await ensureServer(folder)).toMatchObject({ ready: true });
  });

  it('refuses a folder of another major version, and leaves it as it is', async () => {
    await stopServer(folder);
    const binaries = findBinaries();
    if (binaries === undefined) throw new Error('no Postgres in this installation');
    await expect(ensureServer(folder, { binaries: { ...binaries, major: 99 } })).rejects.toThrow(
      `made by Postgres ${binaries.major}, and Postgres 99 is installed`,
    );
    expect(await ensureServer(folder)).toMatchObject({ ready: true });
  });

  describe('as a server with TLS that DATABASE_URL names', () => {
    const open = async (user: string, parameters: string) => {
      const { port } = await ensureServer(folder);
      const url = `postgres://${user}@localhost:${port}/postgres?${parameters}`;
      return openDatabase('', { url: url.replace('PASSWORD', readPassword(folder)) });
    };
    const isEncrypted = async (parameters: string) => {
      const { sql, close } = await open('retort:PASSWORD', parameters);
      const [{ ssl }] = await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
      await close();
      return ssl;
    };

    it.each([
      ['sslmode=require', true],
      [`sslmode=verify-full&sslrootcert=${certificate('server.crt')}`, true],
      [`sslrootcert=${certificate('server.crt')}`, true],
      ['', true],
      ['sslmode=disable', false],
    ])('with %s', async (parameters, encrypted) => {
      expect(await isEncrypted(parameters)).toBe(encrypted);
    });

    it('is refused if its certificate is not trusted', async () => {
      await expect(open('retort:PASSWORD', 'sslmode=verify-full')).rejects.toThrow(
        'the certificate of the database is not trusted',
      );
    });

    it('refuses a wrong password, in a line that does not show it', async () => {
      const failure = open('retort:wrong-one', 'sslmode=disable');
      await expect(failure).rejects.toThrow(/^the database refuses the user or the password: [^\n]*$/);
      await expect(failure).rejects.toThrow(expect.not.stringContaining('wrong-one'));
    });

    it('says that a database does not exist', async () => {
      const { port } = await ensureServer(folder);
      const url = `postgres://retort:${readPassword(folder)}@127.0.0.1:${port}/nothing?sslmode=disable`;
      await expect(openDatabase('', { url })).rejects.toThrow('the server has no such database');
    });
  });

  it('is missed in one line where nothing listens', async () => {
    await expect(openDatabase('', { url: 'postgres://a:b@127.0.0.1:1/c?sslmode=disable' })).rejects.toThrow(
      /^the database does not answer: [^\n]*$/,
    );
  });
});
