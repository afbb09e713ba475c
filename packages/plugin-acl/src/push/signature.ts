import { createHmac, timingSafeEqual } from 'node:crypto';

const VERSION = 'v1,';
/** A key that is exchanged signs with both for a while. */
const MOST_SIGNATURES = 4;

export interface SignedMessage {
  readonly id: string;
  /** Seconds of the Unix epoch, as it was written. */
  readonly timestamp: string;
  readonly body: Buffer;
}

/**
 * What stands in `webhook-signature`: HMAC-SHA256 over `id.timestamp.body` in base64, as
 * Standard Webhooks has it (https://www.standardwebhooks.com).
 */
export function sign(key: Buffer, { id, timestamp, body }: SignedMessage): string {
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body);
  return `${VERSION}${mac.digest('base64')}`;
}

/** Whether one of the signatures in the header, with blanks between them, is the one. */
export function isSigned(key: Buffer, message: SignedMessage, header: string): boolean {
  const expected = Buffer.from(sign(key, message));
  return header
    .split(' ', MOST_SIGNATURES)
    .map((each) => Buffer.from(each))
    .some((each) => each.length === expected.length && timingSafeEqual(each, expected));
}
