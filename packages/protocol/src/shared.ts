export * from './codec/codec.js';
export * from './error/voice-error.js';
export * from './control/access-view.js';
export * from './control/envelope.js';
export * from './control/field.js';
export * from './control/key-message.js';
export * from './control/method.js';
export * from './control/notification.js';
export * from './control/patch-view.js';
export * from './control/permission.js';
export * from './control/priority.js';
export * from './control/state-message.js';
export type { Validation, Validator } from './control/validator.js';
export * from './control/view.js';
export * from './control/voice-report.js';
export * from './encoding/base64.js';
export * from './encoding/uuid.js';
export * from './error/close-code.js';
export * from './error/wire-error.js';
export * from './error/protocol-error.js';
export * from './key/route-senders.js';
export * from './media/bundle.js';
export * from './media/datagram.js';
export * from './media/downlink-frame.js';
export * from './media/limits.js';
export * from './media/message.js';
export * from './media/packet-number.js';
export * from './media/packet-type.js';
export * from './media/payload.js';
export * from './media/ping.js';
export * from './media/probe.js';
export * from './media/redundancy.js';
export * from './media/send-clock.js';
export {
  LEVEL_WITHHELD,
  parseSenderPart,
  SENDER_PART_BYTES,
  type SenderPart,
  type SenderPartResult,
  writeSenderPart,
} from './media/sender-part.js';
export * from './media/uplink-frame.js';
export * from './hop/hop-tag.js';
export * from './replay/replay-window.js';
export * from './sframe/cipher.js';
export * from './sframe/header.js';
export * from './sframe/key-id.js';
export {
  ROUTE_ID_BYTES,
  ROUTE_SECRET_BYTES,
  SENDER_BASE_KEY_BYTES,
  SFRAME_SUITE,
} from './sframe/key-schedule.js';
export * from './sframe/maybe-promise.js';
export * from './sframe/web-cipher.js';
