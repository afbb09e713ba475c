import { createHash, randomBytes } from 'node:crypto';

const CODE_BYTES = 16;

/** 128 random bits in base64url; whoever has it may come in, so only its hash is kept. */
export function createInviteCode(): string {
  return randomBytes(CODE_BYTES).toString('base64url');
}

/** What `InviteStore` knows a code by. */
export function hashInviteCode(code: string): string {
  return createHash('sha256').update(code).digest('base64url');
}
