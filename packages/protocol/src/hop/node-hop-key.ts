import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { viewOf } from '../media/byte-view.js';
import { HOP_TAG_BYTES } from '../media/limits.js';
import { requireLength, requireUint } from '../media/require-field.js';
import { HOP_KEY_BYTES, type HopKey } from './hop-tag.js';

/** A {@link HopKey} through node:crypto. The key is copied: the caller may wipe its own. */
export function createHopKey(key: Uint8Array): HopKey {
  requireLength('hop key', key.length, HOP_KEY_BYTES, HOP_KEY_BYTES);
  const secret = createSecretKey(key);
  const number = new Uint8Array(8);
  const numberView = viewOf(number);

  function digest(packetNumber: number, bytes: Uint8Array): Uint8Array {
    numberView.setUint32(0, Math.floor(packetNumber / 2 ** 32));
    numberView.setUint32(4, packetNumber % 2 ** 32);
    return createHmac('sha256', secret).update(number).update(bytes).digest();
  }

  return {
    tag(packetNumber, bytes) {
      requireUint('packet number', packetNumber, Number.MAX_SAFE_INTEGER);
      return digest(packetNumber, bytes).slice(0, HOP_TAG_BYTES);
    },
    verify(packetNumber, datagramWithTag) {
      const tagOffset = datagramWithTag.length - HOP_TAG_BYTES;
      if (tagOffset < 0) return false;
      const expected = digest(packetNumber, datagramWithTag.subarray(0, tagOffset));
      return timingSafeEqual(
        expected.subarray(0, HOP_TAG_BYTES),
        datagramWithTag.subarray(tagOffset),
      );
    },
  };
}
