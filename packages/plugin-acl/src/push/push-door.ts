import type { IncomingMessage } from 'node:http';
import type { Clock } from '@sidetone/core';
import { createValidator, Id, Name } from '@sidetone/protocol';
import { Type } from 'typebox';
import type { ResolvedGroupPushOptions } from './options.js';
import { PushRefusal } from './push-refusal.js';
import { readBody } from './read-body.js';
import { ReplayGuard } from './replay-guard.js';
import { isSigned } from './signature.js';

/** What somebody who has the secret wants, by ids or names. */
export interface Push {
  readonly organization?: string;
  readonly users: readonly { readonly user: string; readonly roles: readonly string[] }[];
}

const MAX_BODY_BYTES = 262_144;
const MAX_HEADER = 512;
const ID = /^[\x21-\x7e]{1,128}$/;
const TIMESTAMP = /^\d{1,12}$/;

const idOrName = Type.Union([Id, Name]);
const push = createValidator(
  Type.Object(
    {
      organization: Type.Optional(idOrName),
      users: Type.Array(
        Type.Object(
          { user: idOrName, roles: Type.Array(Name, { maxItems: 64, uniqueItems: true }) },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 500 },
      ),
    },
    { additionalProperties: false },
  ),
);

/** Lets in what is signed, timely, new, and in shape. Throws `PushRefusal`. */
export class PushDoor {
  readonly #key: Buffer;
  readonly #guard: ReplayGuard;

  constructor({ key }: ResolvedGroupPushOptions, clock: Clock) {
    this.#key = key;
    this.#guard = new ReplayGuard(() => clock.wallTime());
  }

  async receive(request: IncomingMessage): Promise<Push> {
    const id = header(request, 'webhook-id', ID);
    const timestamp = header(request, 'webhook-timestamp', TIMESTAMP);
    const signature = header(request, 'webhook-signature', /^[\x20-\x7e]+$/);
    if (!this.#guard.isTimely(Number(timestamp))) {
      throw new PushRefusal(
        401,
        'TIMESTAMP',
        'webhook-timestamp is more than 5 minutes off: look at the clocks of both machines',
      );
    }
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === null) {
      throw new PushRefusal(413, 'TOO_LARGE', `the body has more than ${MAX_BODY_BYTES} bytes`);
    }
    if (!isSigned(this.#key, { id, timestamp, body }, signature)) {
      throw new PushRefusal(401, 'SIGNATURE', 'webhook-signature does not fit the body');
    }
    const content = parse(body);
    this.#requireNew(id);
    return content;
  }

  #requireNew(id: string): void {
    switch (this.#guard.admit(id)) {
      case 'new':
        return;
      case 'seen':
        throw new PushRefusal(409, 'REPLAYED', `webhook-id "${id}" came before: use a new one`);
      case 'full':
        throw new PushRefusal(429, 'TOO_MANY', 'too many pushes: put more users into each');
    }
  }
}

function header({ headers }: IncomingMessage, name: string, form: RegExp): string {
  const value = headers[name];
  if (typeof value === 'string' && value.length <= MAX_HEADER && form.test(value)) return value;
  throw new PushRefusal(401, 'HEADERS', `${name} is missing or has not the right form`);
}

function parse(body: Buffer): Push {
  let content: unknown;
  try {
    content = JSON.parse(body.toString('utf8'));
  } catch {
    throw new PushRefusal(400, 'BODY', 'the body is no JSON');
  }
  const validation = push.validate(content);
  if (validation.ok) return validation.value;
  throw new PushRefusal(400, 'BODY', `"${validation.path}" ${validation.message}`);
}
