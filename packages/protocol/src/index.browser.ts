import type { FrameCipher } from './sframe/cipher.js';
import { createWebCipher } from './sframe/web-cipher.js';

export * from './shared.js';
export { createValidator } from './control/web-validator.js';

/** The cipher of this platform: WebCrypto here, node:crypto behind the condition `node`. */
export function createCipher(): FrameCipher {
  return createWebCipher();
}
