export { codecRoundTrip } from './audio/codec-round-trip.js';
export {
  compareSpeech,
  type ComparisonOptions,
  type SpeechComparison,
} from './audio/compare-speech.js';
export { audioErrorCodes, type AudioErrorCode } from './audio/error-codes.js';
export { readWav, type WavAudio } from './audio/read-wav.js';
export { speech, speechNames, speechPath, type SpeechName } from './audio/speech.js';
export { writeWav, type WritableWav } from './audio/write-wav.js';
export * from './clock/fake-clock.js';
export * from './error/error-codes.js';
export * from './random/seeded-random.js';
export * from './wait/event-collector.js';
export * from './wait/wait-for.js';
