/**
 * What really happened to the datagrams of one direction. Once nothing waits,
 * `received = forwarded - duplicated + lost + lostInBurst + cut + overflowed`.
 */
export interface DatagramStatistics {
  /** Arrived at the impairment. */
  received: number;
  /** Left it, copies included. */
  forwarded: number;
  lost: number;
  lostInBurst: number;
  /** Bursts that took at least one datagram. */
  bursts: number;
  /** Arrived during a cut, or were on their way when it came. */
  cut: number;
  /** Left later than they came because of delay, jitter or a stall. */
  delayed: number;
  /** Of those, waited for the end of a stall. */
  stalled: number;
  /** Left behind one that had arrived after them. */
  reordered: number;
  duplicated: number;
  /** Found more than 20,000 others waiting. */
  overflowed: number;
  /** Put in by `inject`; not among `received` and `forwarded`. */
  injected: number;
}

export type DatagramFault = Exclude<
  keyof DatagramStatistics,
  'received' | 'forwarded' | 'injected'
>;

export function emptyDatagramStatistics(): DatagramStatistics {
  return {
    received: 0,
    forwarded: 0,
    lost: 0,
    lostInBurst: 0,
    bursts: 0,
    cut: 0,
    delayed: 0,
    stalled: 0,
    reordered: 0,
    duplicated: 0,
    overflowed: 0,
    injected: 0,
  };
}
