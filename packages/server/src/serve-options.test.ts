import { describe, expect, it } from '@jest/globals';
import { parseServeOptions } from './serve-options.ts';

describe('parseServeOptions', () => {
  it('is safe by default', () => {
    expect(parseServeOptions({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      keys: false,
      tracking: 'auto',
      origins: [],
      models: [],
    });
  });

  it.each([
    [{ host: '0.0.0.0' }, true],
    [{ host: '0.0.0.0', keys: 'never' }, false],
    [{ host: '::1' }, false],
    [{ keys: 'always' }, true],
  ])('%j asks for keys: %s', (given, keys) => {
    expect(parseServeOptions(given).keys).toBe(keys);
  });

  it.each([
    [{}, true],
    [{ host: '0.0.0.0' }, false],
    [{ host: '0.0.0.0', texts: 'always' }, true],
    [{ texts: 'never' }, false],
  ])('%j shows texts of the data: %s', (given, texts) => {
    expect(parseServeOptions(given).texts).toBe(texts);
  });

  it.each([
    [{}, { names: ['127.0.0.1'], addresses: 'loopback' }],
    [{ keys: 'always' }, { names: ['127.0.0.1'], addresses: 'loopback' }],
    [
      { host: '::1', 'allowed-hosts': 'Retort.example.org., 10.0.0.1' },
      { names: ['::1', 'retort.example.org', '10.0.0.1'], addresses: 'loopback' },
    ],
    [{ 'allowed-hosts': '*' }, undefined],
    [{ host: '0.0.0.0' }, undefined],
    [
      { host: '0.0.0.0', keys: 'never' },
      { names: ['0.0.0.0'], addresses: 'any' },
    ],
    [
      { host: '0.0.0.0', 'allowed-hosts': 'retort' },
      { names: ['0.0.0.0', 'retort'], addresses: 'any' },
    ],
  ])('%j lets itself be called by: %j', (given, hosts) => {
    expect(parseServeOptions(given).hosts).toEqual(hosts);
  });

  it('takes a precision, and leaves it to the environment otherwise', () => {
    expect(parseServeOptions({ precision: 'bf16' }).precision).toBe('bf16');
    expect(parseServeOptions({}).precision).toBeUndefined();
  });

  it.each([
    [{}, undefined],
    [{ express: '0' }, 0],
    [{ express: '2' }, 2],
  ])('%j has so many express workers: %s', (given, express) => {
    expect(parseServeOptions(given).express).toBe(express);
  });

  it('reads trusted proxies', () => {
    expect(parseServeOptions({ 'trusted-proxies': '10.0.0.0/8, ::1' }).proxies).toEqual([
      { address: '10.0.0.0', bits: 8, family: 'ipv4' },
      { address: '::1', bits: 128, family: 'ipv6' },
    ]);
  });

  it('reads models with ids, a canary and shadows', () => {
    const given = { models: 'a/b, new=c/d', canary: 'new=2.5', shadow: 'b,new' };
    expect(parseServeOptions(given)).toMatchObject({
      models: [{ folder: 'a/b' }, { id: 'new', folder: 'c/d' }],
      canary: { id: 'new', percent: 2.5 },
      shadows: ['b', 'new'],
    });
  });

  it.each([
    ['--port', { port: '70000' }],
    ['--port', { port: '0x10' }],
    ['--canary', { canary: 'new' }],
    ['--canary', { canary: 'new=101' }],
    ['--keys', { keys: 'sometimes' }],
    ['--tracking', { tracking: 'sometimes' }],
    ['--texts', { texts: 'sometimes' }],
    ['--cors', { cors: 'example.org' }],
    ['--cors', { cors: 'https://example.org/' }],
    ['--allowed-hosts', { 'allowed-hosts': 'http://example.org' }],
    ['--allowed-hosts', { 'allowed-hosts': 'example.org:80' }],
    ['--rate-limit', { 'rate-limit': '1.5' }],
    ['--trusted-proxies', { 'trusted-proxies': '10.0.0.0/8, proxy' }],
    ['--queue', { queue: '0' }],
    ['--log', { log: 'texts' }],
    ['--precision', { precision: 'int8' }],
  ])('names %s where %j will not do', (field, given) => {
    expect(() => parseServeOptions(given)).toThrow(expect.objectContaining({ name: 'UserError', place: { field } }));
  });
});
