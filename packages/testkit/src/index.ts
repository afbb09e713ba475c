export * from './clock/fake-clock.js';
export * from './error/error-codes.js';
export * from './random/seeded-random.js';
export * from './wait/event-collector.js';
export * from './wait/wait-for.js';
