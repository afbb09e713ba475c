export { CLIENT_ERRORS, type ClientErrorCode } from './error/client-error.js';
export type { CancelTimer, Clock } from './clock/clock.js';
export { guest, type Authentication } from './control/authentication.js';
export type { VoiceStatus } from './voice/voice-status.js';
export type {
  ClientEvent,
  ClientEventName,
  ClientEvents,
  RestoreFailure,
  Transmission,
} from './client/client-events.js';
export type {
  ClientState,
  ConnectedState,
  DisconnectReason,
  ReconnectingState,
} from './client/client-state.js';
export { entersState } from './client/enters-state.js';
export {
  fullJitter,
  type ReconnectContext,
  type ReconnectPolicy,
} from './client/reconnect-policy.js';
export type { PluginMethods } from './client/plugin-methods.js';
export type { Channel, Occupant } from './channel/channel.js';
export type { ChannelMembership } from './channel/channel-membership.js';
export type { Access, AccessExplanation, AccessQuestion } from './access/access.js';
export type { ChannelDraft, Channels, JoinOptions } from './channel/channels.js';
export type { Patch } from './patch/patch.js';
export type { Patches } from './patch/patches.js';
export type { Participant } from './state/participant.js';
export type { Participants } from './state/participants.js';
export type { TransmissionEnd } from './state/transmission-book.js';
export { PROFILES, type Profile, type ProfileName } from './codec-policy/profile.js';
export type { Latency, SourceSettings } from './talk/source-settings.js';
export type { Slot, SlotStyle, TalkKey } from './gate/key-press.js';
export type { KeyState } from './gate/key-board.js';
export type { MeterReading } from './gate/level-meter.js';
export type {
  GateSettings,
  HotMicSettings,
  VoiceGateSettings,
} from './gate/resolve-gate-options.js';
export type { TalkMode } from './gate/talk-gate.js';
export type { OnAir } from './talk/on-air-book.js';
export type { TalkDesk } from './talk/talk-desk.js';
export type { TalkKeyboard, TalkKeyboardState } from './talk/talk-keyboard.js';
export type { SlotOptions, TalkKeyboardOptions } from './talk/talk-keyboard-options.js';
export type { CaptureDetails } from './media/speaker.js';
export type { TalkSource } from './talk/talk-source.js';
export type { TalkTarget } from './talk/talk-target.js';
export type { TalkTargetOptions, TalkTargetSelection } from './talk/talk-target-options.js';
export type { VoiceTransportName } from './voice/voice-path.js';
export type { VoiceQuality, VoiceQualityLevel, VoiceQualityReason } from './voice/voice-quality.js';
export type { AudioSink } from './audio/audio-sink.js';
export type { AudioSource, OpusPacket, OpusSource } from './audio/audio-source.js';
export type { OpusFrame, OpusSink } from './audio/opus-frame.js';
export type { ByteSink } from './audio/byte-sink.js';
export type { ChunkSource, WebStream } from './audio/chunk-source.js';
export { oggOpusSink, type OggOpusSink, type OggOpusSinkOptions } from './audio/ogg-opus-sink.js';
export {
  oggOpusSource,
  oggSamplesSource,
  type OggBytes,
  type OggOpusSourceOptions,
  type OggSamplesSourceOptions,
} from './audio/ogg-opus-source.js';
export { pcmSink } from './audio/pcm-sink.js';
export {
  pcmSource,
  samplesSource,
  type PcmFormat,
  type PcmSourceOptions,
} from './audio/pcm-source.js';
export type { Playback, PulledPlayback } from './audio/playback.js';
export type { TalkerStatistics } from './audio/talker-statistics.js';
export type { TalkerTap, TappedSamples } from './audio/talker-tap.js';
export type { Receiver, ReceiverStatistics } from './audio/receiver.js';
export { encodeWav, wavSink, type WavSink } from './audio/wav-sink.js';
export { wavSource } from './audio/wav-source.js';
export { OggOpusWriter, type OggOpusWriterOptions } from './ogg/ogg-opus-writer.js';
export type { Ducking } from './mixing/ducking.js';
export type { Placement } from './mixing/placement.js';
export type { Replay, ReplayTransmission } from './replay/replay.js';
export type { ReplayOptions } from './replay/replay-options.js';
export type { AdaptiveReceiverStatistics } from './receiver/receiver-metrics.js';
export type {
  ConcealAction,
  DecodeAction,
  PlayoutAction,
  RecoverAction,
  SilenceAction,
} from './receiver/playout-action.js';
export type { ReceivedFrame } from './receiver/received-frame.js';
