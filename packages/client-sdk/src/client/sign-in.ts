import { encodeBase64, type Hello, type MethodParams } from '@sidetone/protocol';
import type { Authentication } from '../control/authentication.js';
import { clientError } from '../error/client-error.js';

const INSTANCE_BYTES = 16;

/** What the first message says. Throws where the server does not offer the way to sign in. */
export function signInParams(
  hello: Hello,
  { method, credentials }: Authentication,
  organization: string | null,
): MethodParams<'session.authenticate'> {
  if (!hello.authentication.includes(method)) {
    throw clientError(
      'ERR_CLIENT_AUTHENTICATION_METHOD',
      `the server does not let anybody sign in by "${method}"; it offers ${hello.authentication.join(', ')}`,
      { details: { offered: hello.authentication } },
    );
  }
  const instance = encodeBase64(crypto.getRandomValues(new Uint8Array(INSTANCE_BYTES)));
  return {
    method,
    credentials,
    instance,
    ...(organization === null ? {} : { organization }),
  };
}
