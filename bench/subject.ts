import type { Load } from './load.js';

/** What is measured: a forwarder in a process of its own, and the load that drives it. */
export interface Subject {
  readonly pid: number;
  readonly load: Load;
  stop(): Promise<void>;
}
