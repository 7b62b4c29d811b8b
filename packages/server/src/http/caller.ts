import { BlockList, isIP } from 'node:net';

/** Of addresses: all whose first `bits` bits are those of `address`. */
export interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Of `10.0.0.0/8`, `192.0.2.1` or `2001:db8::/32`; undefined where the text is neither address nor network. */
export function parseNetwork(text: string): Network | undefined {
  const [, address = '', given] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = familyOf(address);
  const longest = family === 'ipv6' ? 128 : 32;
  const bits = Number(given ?? longest);
  return family === undefined || bits > longest ? undefined : { address, bits, family };
}

/**
 * Says which address a request is from: `connected`, or, while that is one of `proxies`, whom it names in `X-Forwarded-For` (`forwardedFor`). Each proxy appends whom it
 * heard, so the list is read from its end; what stands before an address that is no proxy's is that one's own word. Undefined: who is connected is not known.
 */
export function createCallerAddress(proxies: readonly Network[]) {
  const trusted = new BlockList();
  for (const { address, bits, family } of proxies) trusted.addSubnet(address, bits, family);
  const isTrusted = (address: string) => trusted.check(address, familyOf(address));
  return (connected: string | undefined, forwardedFor: string | undefined): string | undefined => {
    if (connected === undefined || forwardedFor === undefined) return connected;
    let caller = connected;
    for (const entry of forwardedFor.split(',').toReversed()) {
      const named = withoutPort(entry.trim());
      if (!isTrusted(caller) || isIP(named) === 0) break;
      caller = named;
    }
    return caller;
  };
}

function familyOf(address: string): Network['family'] | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d+)?$/.exec(text) ?? [];
  return bracketed ?? plain ?? text;
}
