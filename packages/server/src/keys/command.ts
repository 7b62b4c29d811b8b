import { type Command, findWorkspace, UserError } from '@retort/shared';
import { formatTable, openDatabase } from '@retort/tracking';
import { createKey, type KeyRow, listKeys, revokeKey } from './key-store.ts';

/** `server key --create NAME`, `--list`, `--revoke NAME`. */
export const keyCommand: Command = {
  help: 'Makes, lists and revokes the API keys that a server asks for when it is not bound to the loopback address.',
  options: {
    create: { type: 'string', value: 'NAME', help: 'makes a key and shows it, this once' },
    days: { type: 'string', value: 'N', help: 'for how many days the new key holds; default: for ever' },
    list: { type: 'boolean', help: 'lists the keys, without the keys themselves' },
    revoke: { type: 'string', value: 'NAME', help: 'ends a key' },
  },
  async run({ create, days, list, revoke }) {
    const asked = [create, list === true ? list : undefined, revoke].filter((option) => option !== undefined);
    if (asked.length !== 1) {
      throw new UserError('one of --create NAME, --list and --revoke NAME is needed', { remedy: 'see --help' });
    }
    if (create !== undefined) parseName(create);
    const expiresAt = parseDays(days);
    const database = await openDatabase(findWorkspace(), { application: 'retort keys', max: 1 });
    try {
      if (typeof create === 'string') process.stdout.write(`${await createKey(database.sql, create, expiresAt)}\n`);
      else if (typeof revoke === 'string') await revokeKey(database.sql, revoke);
      else process.stdout.write(formatKeys(await listKeys(database.sql)));
    } finally {
      await database.close();
    }
  },
};

function parseName(name: string | boolean): void {
  if (typeof name === 'string' && /^[\w.@-]{1,100}$/.test(name)) return;
  throw new UserError(`"${name}" is no name for a key`, {
    place: { field: '--create' },
    remedy: 'take letters, digits and any of . _ @ -, such as "billing-service"',
  });
}

function parseDays(days: string | boolean | undefined): Date | undefined {
  if (days === undefined) return undefined;
  const number = Number(days);
  if (Number.isInteger(number) && number > 0 && number <= 36_500) return new Date(Date.now() + number * 86_400_000);
  throw new UserError(`"${days}" is no number of days`, {
    place: { field: '--days' },
    remedy: 'give a whole number from 1 on',
  });
}

/** A table, a key a line. */
export function formatKeys(keys: readonly KeyRow[]): string {
  if (keys.length === 0) return 'there are no keys; make one: nx run server:key --create NAME\n';
  const day = (date: Date | null) => date?.toISOString().slice(0, 10) ?? '-';
  const state = ({ revokedAt, expiresAt }: KeyRow) =>
    revokedAt !== null ? `revoked ${day(revokedAt)}` : expiresAt === null ? 'valid' : `until ${day(expiresAt)}`;
  const rows = [
    ['name', 'key', 'made', 'last used', 'state'],
    ...keys.map((key) => [key.name, `${key.prefix}…`, day(key.createdAt), day(key.lastUsedAt), state(key)]),
  ];
  return formatTable(rows);
}
