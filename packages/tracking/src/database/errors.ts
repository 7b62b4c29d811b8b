import { UserError } from '@retort/shared/recording';

interface Failure {
  readonly code?: string;
  readonly message: string;
}

/** What a user can mend about a database, by the code of Postgres or of the socket. `server` is its address, for people. */
export function explainDatabaseError(error: unknown, server: string): unknown {
  if (error instanceof UserError) return error;
  if (typeof error !== 'object' || error === null || !('message' in error)) return error;
  const { code = '', message } = error as Failure;
  const found = explanations.find(([codes]) => codes.test(code));
  if (found === undefined) return error;
  return new UserError(`${found[1]}: ${message || code}`, { place: { file: server }, remedy: found[2], cause: error });
}

const check = 'check DATABASE_URL, or unset it: then the embedded server is used';

const explanations: readonly (readonly [codes: RegExp, what: string, remedy: string])[] = [
  [/^28/, 'the database refuses the user or the password', check],
  [/^3D000$/, 'the server has no such database', `create it, or ${check}`],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'the host of the database is not known', check],
  [
    /^(ECONN|EHOST|ENET|ETIMEDOUT|EPIPE|CONNECT_TIMEOUT|CONNECTION_|57P0|08)/,
    'the database does not answer',
    `start it, or ${check}`,
  ],
  [
    /^(53100|58030|ENOSPC|EDQUOT)$/,
    'the disk of the database is full',
    'free some space; what is missing is read from the folders then',
  ],
  [/^53/, 'the database has no room for another connection', 'close others, or raise max_connections'],
  [/^42501$/, 'the database user may not do this', 'grant it: create on the database, and all on its schema "retort"'],
  [/^25006$/, 'the database takes no writes', 'name its primary by DATABASE_URL'],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|CERT_|ERR_TLS|ERR_SSL)/,
    'the certificate of the database is not trusted',
    'name its root by sslrootcert=FILE in DATABASE_URL',
  ],
];

/** Whether it may work later without anybody doing anything: a server that restarts, or is not reachable now. */
export function isPassing(error: unknown): boolean {
  const cause = error instanceof UserError ? error.cause : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return /^(ECONN|EHOST|ENET|ETIMEDOUT|EPIPE|EAI_AGAIN|CONNECT_TIMEOUT|CONNECTION_|57P0|08|53|58030|ENOSPC|40|55P03)/.test(
    code,
  );
}

/** Whether Postgres cannot take a value (class 22 of its codes), such as the character U+0000 in a text, or a time in the year 0. */
export function isUnfit(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^22[0-9A-Z]{3}$/.test(String(error.code));
}
