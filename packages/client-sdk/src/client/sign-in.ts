import { encodeBase64, type Hello, type MethodParams } from '@sidetone/protocol';
import type { Authentication } from '../control/authentication.js';
import { clientError } from '../error/client-error.js';

const INSTANCE_BYTES = 16;

/** 128 random bits that say which client resumes: only who has them too goes on with its keys. */
export function randomInstance(): string {
  return encodeBase64(crypto.getRandomValues(new Uint8Array(INSTANCE_BYTES)));
}

/** What the first message says. Throws where the server does not offer the way to sign in. */
export function signInParams(
  hello: Hello,
  { method, credentials }: Authentication,
  organization: string | null,
  instance: string,
): MethodParams<'session.authenticate'> {
  if (!hello.authentication.includes(method)) {
    throw clientError(
      'ERR_CLIENT_AUTHENTICATION_METHOD',
      `the server does not let anybody sign in by "${method}"; it offers ${hello.authentication.join(', ')}`,
      { details: { offered: hello.authentication } },
    );
  }
  return {
    method,
    credentials,
    instance,
    ...(organization === null ? {} : { organization }),
  };
}
