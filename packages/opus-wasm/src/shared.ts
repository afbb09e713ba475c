export { createOpus, loadOpus } from './create-opus.js';
export {
  adjustmentControls,
  APPLICATION as opusApplications,
  encoderControls,
  type EncoderControl,
} from './encoder/encoder-controls.js';
export {
  adjustEncoderSettings,
  booleanProblems,
  complexityProblems,
  resolveEncoderSettings,
  type EncoderDefaults,
  type ResolvedEncoderSettings,
} from './encoder/encoder-settings.js';
export { errorCodes, type OpusWasmErrorCode } from './error-codes.js';
export type { OpusWasmOptions } from './options.js';
export { carriesFec } from './packet/carries-fec.js';
export { parsePacketShape, type PacketShape } from './packet/packet-shape.js';
export {
  compileOpus,
  type OpusModules,
  type OpusSources,
  type WasmSource,
} from './wasm/compile.js';
