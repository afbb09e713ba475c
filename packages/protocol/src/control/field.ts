import { Type } from '../schema/type.js';

/** Building blocks of the messages. Every string and every list has a limit. */

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

export const Id = Type.String({
  pattern: UUID,
  description: 'A UUID in lower case: 128 bits, unique over all servers.',
});

/** Of a route, a source, or a route within a talk target. */
export const Handle = Type.Integer({
  minimum: 1,
  maximum: 0xffff,
  description: 'Local 16-bit name on the packet path; 0 is never given.',
});

export const Name = Type.String({
  minLength: 1,
  maxLength: 80,
  pattern: '^[^\\u0000-\\u001f\\u007f]*$',
  description: 'One line of text without control characters.',
});

export const Text = Type.String({ maxLength: 1024 });

export const Key32 = Type.String({
  pattern: '^[A-Za-z0-9_-]{43}$',
  description: '32 bytes in base64url without padding.',
});

export const Instance = Type.String({
  pattern: '^[A-Za-z0-9_-]{22}$',
  description: '128 random bits in base64url, one value per SDK object.',
});

export const ResumeToken = Type.String({
  pattern: '^[A-Za-z0-9_-]{43}$',
  description: '256 random bits in base64url, good for one `session.resume`.',
});

/** In every request that changes something: asked again with it, the change is made only once. */
export const RequestKey = Type.String({
  pattern: UUID,
  description: 'A fresh UUID a request; a repeat with the same one gets the first answer.',
});

export const Priority = Type.Integer({
  minimum: 0,
  maximum: 3,
  description: '0 background, 1 normal, 2 priority, 3 emergency.',
});

export const Sequence = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
