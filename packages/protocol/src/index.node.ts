import type { FrameCipher } from './sframe/cipher.js';
import { createNodeCipher } from './sframe/node-cipher.js';

export * from './shared.js';
export { createValidator } from './control/node-validator.js';
export * from './hop/node-hop-key.js';
export * from './sframe/node-cipher.js';

/** The cipher of this platform: node:crypto here, WebCrypto behind the condition `browser`. */
export function createCipher(): FrameCipher {
  return createNodeCipher();
}
