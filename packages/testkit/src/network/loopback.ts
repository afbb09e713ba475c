import { isIP } from 'node:net';
import { optionError } from '../error/error-codes.js';
import { requireRange } from './require-range.js';

/** Where an impairment forwards to: always on this machine. */
export interface LoopbackTarget {
  /** `127.0.0.1` by default; any loopback address or `localhost`. */
  readonly host?: string;
  readonly port: number;
}

export interface LoopbackAddress {
  readonly host: string;
  readonly port: number;
  readonly family: 4 | 6;
}

/** Test tools stay on the machine: a mistyped target must not flood somebody's network. */
export function resolveLoopback(target: LoopbackTarget): LoopbackAddress {
  const host = requireLoopbackHost('target.host', target.host ?? '127.0.0.1');
  requireRange('target.port', target.port, 1, 65_535);
  return { host, port: target.port, family: isIP(host) === 6 ? 6 : 4 };
}

export function requireLoopbackHost(name: string, host: string): string {
  if (host === 'localhost') return '127.0.0.1';
  if (host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))) return host;
  throw optionError(name, host, 'give a loopback address, for instance 127.0.0.1');
}

/** The address of this machine's own end for a family. */
export function loopbackHost(family: 4 | 6): string {
  return family === 6 ? '::1' : '127.0.0.1';
}

/** Where an impairment itself is: the usual address of the target's family unless told another. */
export function resolveOwnHost(host: string | undefined, { family }: LoopbackAddress): string {
  const own = requireLoopbackHost('host', host ?? loopbackHost(family));
  if ((isIP(own) === 6 ? 6 : 4) === family) return own;
  throw optionError('host', own, `give an address of the target's family, IPv${family}`);
}
