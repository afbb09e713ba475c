const GROUPS = 8;
const PREFIX_GROUPS = 4;

/**
 * What counts as one sender where addresses are limited: an IPv4 address, or the /64 of an IPv6
 * address, because whoever has one address of it has all 2^64. `address` is one that the system
 * reported of a socket; IPv4 within IPv6 counts as IPv4, and a zone as nothing.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(':')) return address;
  const [left = '', right] = address.split('%', 1).join('').split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const gap = new Array<string>(Math.max(0, GROUPS - head.length - tail.length)).fill('0');
  return `${[...head, ...gap, ...tail].slice(0, PREFIX_GROUPS).join(':')}::/64`;
}
