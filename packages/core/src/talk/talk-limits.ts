import { WireError } from '@sidetone/protocol';
import { HANDLE_REST_MS } from './handle-pool.js';

export interface TalkLimits {
  /** Talk targets a session. */
  readonly targets: number;
  readonly routesPerTarget: number;
  /** Sources a session. */
  readonly sources: number;
}

export function exceeded(name: keyof TalkLimits, limits: TalkLimits): WireError {
  const value = limits[name];
  return new WireError('LIMIT_EXCEEDED', `"${value}" is the limit of ${name}; give one up first`, {
    details: { limit: name, value },
  });
}

export function noHandle(kind: 'source' | 'talk' | 'route'): WireError {
  return new WireError('SERVER_FULL', `no ${kind} handle is free; one has to rest first`, {
    retryAfterMs: HANDLE_REST_MS,
  });
}
