/** Nobody comes back sooner: a restart takes a moment. */
const LEAST_MS = 1000;
const SPREAD_MS = 4000;

/** What a server takes to let one session in, several times over: 1,000 come back within 20 s. */
const PER_SESSION_MS = 20;

/** When one of so many, who all leave at the same moment, is to come back. */
export function retrySpreadMs(sessions: number, random: () => number = Math.random): number {
  return LEAST_MS + Math.floor(random() * Math.max(SPREAD_MS, sessions * PER_SESSION_MS));
}
