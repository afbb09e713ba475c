export * from './codec/codec.js';
export * from './error/voice-error.js';
