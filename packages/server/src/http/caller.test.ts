import { describe, expect, it } from '@jest/globals';
import { createCallerAddress, type Network, parseNetwork } from './caller.ts';

const networks = (texts: readonly string[]) => texts.map((text) => parseNetwork(text) as Network);

describe('parseNetwork', () => {
  it.each([
    ['192.0.2.1', { address: '192.0.2.1', bits: 32, family: 'ipv4' }],
    ['10.0.0.0/8', { address: '10.0.0.0', bits: 8, family: 'ipv4' }],
    ['2001:db8::/32', { address: '2001:db8::', bits: 32, family: 'ipv6' }],
    ['::1', { address: '::1', bits: 128, family: 'ipv6' }],
  ])('reads %s', (text, network) => {
    expect(parseNetwork(text)).toEqual(network);
  });

  it.each(['proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0/8', '2001:db8::/129', '10.0.0.0/8/8', ''])(
    'refuses "%s"',
    (text) => {
      expect(parseNetwork(text)).toBeUndefined();
    },
  );
});

describe('the address of a caller', () => {
  const callerAddress = createCallerAddress(networks(['10.0.0.0/8', '2001:db8::/32']));

  it.each([
    ['who is connected, where nobody is named', '10.0.0.1', undefined, '10.0.0.1'],
    ['whom a trusted proxy names', '10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['who is connected, where that is no trusted proxy', '192.0.2.9', '192.0.2.1', '192.0.2.9'],
    ['whom the first of several proxies names', '10.0.0.1', '192.0.2.1, 10.0.0.3, 10.0.0.2', '192.0.2.1'],
    ['not whom the caller claims to be', '10.0.0.1', '203.0.113.5, 192.0.2.1', '192.0.2.1'],
    ['the last proxy, where it names no address', '10.0.0.1', 'unknown, 10.0.0.2', '10.0.0.2'],
    ['without a port', '10.0.0.1', '192.0.2.1:4711', '192.0.2.1'],
    ['without brackets and port', '10.0.0.1', '[2001:db9::1]:4711', '2001:db9::1'],
    ['of a proxy of IPv6', '2001:db8::7', '2001:db9::1', '2001:db9::1'],
    ['of a proxy of IPv4 on a socket of IPv6', '::ffff:10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['unknown, where nobody is connected', undefined, '192.0.2.1', undefined],
  ])('is %s', (_, connected, forwardedFor, caller) => {
    expect(callerAddress(connected, forwardedFor)).toBe(caller);
  });

  it('is who is connected, where no proxy is trusted', () => {
    expect(createCallerAddress([])('10.0.0.1', '192.0.2.1')).toBe('10.0.0.1');
  });
});
