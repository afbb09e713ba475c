import { SENDER_PART_BYTES } from './sender-part.js';

/** No datagram is longer, header and tag included: it passes every path without fragments. */
export const MAX_DATAGRAM_BYTES = 1200;

/** Type octet, connection id, packet number. */
export const DATAGRAM_HEADER_BYTES = 9;

/** Bytes of HMAC-SHA256 that end each datagram with a header. */
export const HOP_TAG_BYTES = 8;

/** The shortest sealed frame: SFrame header of one byte, the empty payload, the whole tag. */
export const MIN_SEALED_BYTES = 1 + 2 + 16;

const UPLINK_HANDLE_BYTES = 2;
const DOWNLINK_HANDLE_BYTES = 4;

export const MIN_UPLINK_BODY_BYTES = UPLINK_HANDLE_BYTES + SENDER_PART_BYTES + MIN_SEALED_BYTES;

/** The same on every path, because the same sealed bytes may go on two of them. */
export const MAX_UPLINK_BODY_BYTES = MAX_DATAGRAM_BYTES - DATAGRAM_HEADER_BYTES - HOP_TAG_BYTES;

export const MAX_SEALED_BYTES = MAX_UPLINK_BODY_BYTES - UPLINK_HANDLE_BYTES - SENDER_PART_BYTES;

export const MIN_DOWNLINK_BODY_BYTES = DOWNLINK_HANDLE_BYTES + SENDER_PART_BYTES + MIN_SEALED_BYTES;
export const MAX_DOWNLINK_BODY_BYTES = DOWNLINK_HANDLE_BYTES + SENDER_PART_BYTES + MAX_SEALED_BYTES;
