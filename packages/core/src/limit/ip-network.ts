import { isIPv4, isIPv6 } from 'node:net';

const BITS = { 4: 32, 6: 128 } as const;
/** `::ffff:0:0/96` (RFC 4291 section 2.5.5.2): IPv4 as a socket for both families reports it. */
const MAPPED_PREFIX = 96;
const MAPPED = 0xffffn;

export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

export interface IpNetwork extends IpAddress {
  /** Bits of `value` that count; the others are zero. */
  readonly prefix: number;
}

/** `null` for what is no address. IPv4 within IPv6 is IPv4, and a zone is nothing. */
export function parseAddress(text: string): IpAddress | null {
  const address = text.split('%', 1).join('');
  if (isIPv4(address)) return { family: 4, value: valueOf(address.split('.'), 10, 8n) };
  if (!isIPv6(address)) return null;
  const value = valueOf(groupsOf(address), 16, 16n);
  if (value >> 32n === MAPPED) return { family: 4, value: value & 0xffff_ffffn };
  return { family: 6, value };
}

/** From CIDR notation, or an address alone; bits behind the prefix are ignored. `null` for neither. */
export function parseNetwork(text: string): IpNetwork | null {
  const [, host = text, length] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseAddress(host);
  if (address === null) return null;
  const { family } = address;
  const mapped = family === 4 && host.includes(':') ? MAPPED_PREFIX : 0;
  const prefix = length === undefined ? BITS[family] : Number(length) - mapped;
  if (prefix < 0 || prefix > BITS[family]) return null;
  return { family, prefix, value: maskedTo(address, prefix) };
}

/** The address with all but its first `prefix` bits zero. */
export function maskedTo({ family, value }: IpAddress, prefix: number): bigint {
  const rest = BigInt(BITS[family] - prefix);
  return (value >> rest) << rest;
}

function valueOf(parts: readonly string[], radix: 10 | 16, bits: bigint): bigint {
  const sign = radix === 16 ? '0x' : '';
  return parts.reduce((value, part) => (value << bits) | BigInt(`${sign}${part}`), 0n);
}

/** All eight of them, in hexadecimal. */
function groupsOf(address: string): readonly string[] {
  const [left = '', right] = withoutDots(address).split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  return [...head, ...new Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}

/** The last 32 bits may be written as an IPv4 address. */
function withoutDots(address: string): string {
  const [, head, dotted] = /^(.*:)([\d.]+\.\d+)$/.exec(address) ?? [];
  if (head === undefined || dotted === undefined) return address;
  const value = Number(valueOf(dotted.split('.'), 10, 8n));
  return `${head}${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;
}
