import { WireError } from '@sidetone/protocol';

export function denied(message: string, details: Record<string, unknown> = {}): WireError {
  return new WireError('ACCESS_DENIED', message, { details });
}

export function needs(permission: string): WireError {
  return denied(`it needs the permission ${permission}`, { permission });
}

export function notFound(what: string): WireError {
  return new WireError('NOT_FOUND', what);
}

export function invalid(message: string, path: string): WireError {
  return new WireError('INVALID_PARAMS', message, { details: { path } });
}

export function tooMany(message: string): WireError {
  return new WireError('LIMIT_EXCEEDED', message);
}
