import { createHmac, createSecretKey } from 'node:crypto';
import { viewOf } from '../media/byte-view.js';
import { HOP_TAG_BYTES, MAX_DATAGRAM_BYTES } from '../media/limits.js';
import { requireLength, requireUint } from '../media/require-field.js';
import { HOP_KEY_BYTES, type HopKey } from './hop-tag.js';

const NUMBER_BYTES = 8;

/** A {@link HopKey} through node:crypto. The key is copied: the caller may wipe its own. */
export function createHopKey(key: Uint8Array): HopKey {
  requireLength('hop key', key.length, HOP_KEY_BYTES, HOP_KEY_BYTES);
  const secret = createSecretKey(key);
  // Number and datagram side by side: one call into the HMAC for each datagram, not two.
  const input = new Uint8Array(NUMBER_BYTES + MAX_DATAGRAM_BYTES);
  const number = viewOf(input);

  /** The digest as a string of bytes: it costs a third less than a buffer that lives for eight. */
  function digest(packetNumber: number, bytes: Uint8Array, length: number): string {
    number.setUint32(0, Math.floor(packetNumber / 2 ** 32));
    number.setUint32(4, packetNumber % 2 ** 32);
    input.set(bytes, NUMBER_BYTES);
    const part = input.subarray(0, NUMBER_BYTES + length);
    return createHmac('sha256', secret).update(part).digest('binary');
  }

  return {
    tag(packetNumber, bytes) {
      requireUint('packet number', packetNumber, Number.MAX_SAFE_INTEGER);
      requireLength('datagram', bytes.length, 0, MAX_DATAGRAM_BYTES);
      const expected = digest(packetNumber, bytes, bytes.length);
      return Uint8Array.from({ length: HOP_TAG_BYTES }, (_, i) => expected.charCodeAt(i));
    },
    verify(packetNumber, datagramWithTag) {
      const tagOffset = datagramWithTag.length - HOP_TAG_BYTES;
      if (tagOffset < 0 || datagramWithTag.length > MAX_DATAGRAM_BYTES) return false;
      const expected = digest(packetNumber, datagramWithTag, tagOffset);
      // Constant time: every byte is compared, and nothing is decided before the last.
      let difference = 0;
      for (let i = 0; i < HOP_TAG_BYTES; i++) {
        difference |= expected.charCodeAt(i) ^ (datagramWithTag[tagOffset + i] as number);
      }
      return difference === 0;
    },
  };
}
