export * from './clock/fake-clock.js';
export * from './error/error-codes.js';
