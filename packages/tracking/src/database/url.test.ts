import { describe, expect, it } from '@jest/globals';
import { parseDatabaseUrl, showAddress } from './url.ts';

describe('parseDatabaseUrl', () => {
  it('takes an address apart', () => {
    expect(parseDatabaseUrl('postgres://ann:s%3Acret@db.example:6000/runs')).toEqual({
      ...{ host: 'db.example', port: 6000, database: 'runs', username: 'ann', password: 's:cret', ssl: 'prefer' },
    });
  });

  it('has the defaults of libpq', () => {
    expect(parseDatabaseUrl('postgresql://ann@[::1]')).toMatchObject({ host: '::1', port: 5432, database: 'ann' });
  });

  it.each([
    ['disable', false],
    ['prefer', 'prefer'],
    ['require', { rejectUnauthorized: false }],
    ['verify-full', { rejectUnauthorized: true }],
  ])('reads sslmode=%s', (mode, ssl) => {
    const { ssl: read } = parseDatabaseUrl(`postgres://a@b/c?sslmode=${mode}`);
    if (typeof ssl === 'object') expect(read).toMatchObject(ssl);
    else expect(read).toBe(ssl);
  });

  it.each([
    ['nonsense', 'is no address'],
    ['mysql://a@b/c', 'starts with "mysql://"'],
    ['postgres:///c', 'names no host'],
    ['postgres://a@b/c?sslmode=yes', 'sslmode "yes"'],
    ['postgres://a@b/c?shape=round', 'the parameter "shape"'],
    ['postgres://a@b/c?sslrootcert=/nowhere.crt', 'cannot be read'],
  ])('refuses %s', (url, message) => {
    expect(() => parseDatabaseUrl(url)).toThrow(message);
  });

  it('shows no password', () => {
    const url = 'postgres://ann:secret@db.example/runs';
    expect(showAddress(parseDatabaseUrl(url))).toBe('postgres://ann@db.example:5432/runs');
    expect(() => parseDatabaseUrl('postgres://ann:secret@b/c?x=1')).toThrow(expect.not.stringContaining('secret'));
  });
});
