import {
  parseDownlinkBody,
  parsePayload,
  parseSframeHeader,
  SENDER_PART_BYTES,
  type DownlinkBodyResult,
  type NodeOpener,
} from '@sidetone/protocol';

type Parsed = Extract<DownlinkBodyResult, { ok: true }>;

/** A downlink packet as all participants of the process share it: taken apart and opened once. */
export class SharedFrame {
  readonly packet: Uint8Array;
  readonly header: Parsed | null;
  /** `null` where the packet or its SFrame header is malformed. */
  readonly kid: number | null;
  readonly #body: Uint8Array;
  /** `undefined`: nobody has opened it yet. */
  #opus: Uint8Array | null | undefined;

  constructor(packet: Uint8Array) {
    this.packet = packet;
    this.#body = packet.subarray(1);
    const parsed = parseDownlinkBody(this.#body);
    this.header = parsed.ok ? parsed : null;
    const sframe = parsed.ok ? parseSframeHeader(this.#body, parsed.sealedOffset) : null;
    this.kid = sframe?.ok ? sframe.kid : null;
  }

  get senderPart(): Uint8Array {
    const end = this.header?.sealedOffset ?? 0;
    return this.#body.subarray(Math.max(0, end - SENDER_PART_BYTES), end);
  }

  get sealed(): Uint8Array {
    return this.#body.subarray(this.header?.sealedOffset ?? this.#body.length);
  }

  /** The Opus packet, for whoever holds an opener of its KID; `null`: it is not what it says. */
  open(opener: NodeOpener): Uint8Array | null {
    if (this.#opus === undefined) {
      const plaintext = opener.open(this.sealed, this.senderPart);
      const payload = plaintext === null ? null : parsePayload(plaintext);
      this.#opus = payload?.ok ? payload.opus : null;
    }
    return this.#opus;
  }
}
