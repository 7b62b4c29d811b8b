import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { UserError } from '@retort/shared/recording';

export const urlVariable = 'DATABASE_URL';

/** A server's address taken apart, in the words of postgres.js. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  readonly ssl: false | 'prefer' | ConnectionOptions;
}

const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** Reads DATABASE_URL, with libpq's parameters of TLS: sslmode, sslrootcert, sslcert, sslkey. */
export function parseDatabaseUrl(text: string): Address {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw wrong('is no address', cause);
  }
  if (!/^postgres(ql)?:$/.test(url.protocol)) throw wrong(`starts with "${url.protocol}//"`);
  if (url.hostname === '') throw wrong('names no host');
  const unknown = [...url.searchParams.keys()].find((key) => !/^ssl(mode|rootcert|cert|key)$/.test(key));
  if (unknown !== undefined) throw wrong(`has the parameter "${unknown}", which is not known`);
  const username = decodeURIComponent(url.username) || 'postgres';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 5432 : Number(url.port),
    database: decodeURIComponent(url.pathname.slice(1)) || username,
    username,
    password: decodeURIComponent(url.password),
    ssl: tls(url),
  };
}

/** The address without its password, for people. */
export function showAddress({ username, host, port, database }: Address): string {
  return `postgres://${username}@${host.includes(':') ? `[${host}]` : host}:${port}/${database}`;
}

function tls(url: URL): Address['ssl'] {
  const get = (name: string) => url.searchParams.get(name) ?? undefined;
  const read = (name: string) => {
    const file = get(name);
    return file === undefined || file === 'system' ? undefined : readKeyFile(name, file);
  };
  const [ca, cert, key] = ['sslrootcert', 'sslcert', 'sslkey'].map(read);
  const mode = modes.find((known) => known === (get('sslmode') ?? (ca === undefined ? 'prefer' : 'verify-ca')));
  if (mode === undefined) throw wrong(`has the sslmode "${get('sslmode')}"; known are ${modes.join(', ')}`);
  if (mode === 'disable' || mode === 'allow') return false;
  if (mode === 'prefer') return 'prefer';
  const given = { ca, cert, key };
  // As libpq: "require" encrypts, and looks at the certificate only if a root was named.
  if (mode === 'require' && ca === undefined) return { ...given, rejectUnauthorized: false };
  return mode === 'verify-full'
    ? { ...given, rejectUnauthorized: true }
    : { ...given, checkServerIdentity: () => undefined };
}

function readKeyFile(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw wrong(`has the ${name} "${file}", which cannot be read: ${(cause as Error).message}`, cause);
  }
}

/** The text itself is never shown: it may hold a password. */
function wrong(what: string, cause?: unknown): UserError {
  return new UserError(`${urlVariable} ${what}`, {
    place: { field: urlVariable },
    remedy:
      'write postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require, or unset it: then the embedded server is used',
    cause,
  });
}
