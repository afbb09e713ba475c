// The page of the browser tests: signs in, joins, and counts the frames that it could open.
import { createClient, guest } from '../../packages/client-sdk/src/index.browser.js';

export interface SmokeReport {
  readonly status: string;
  readonly frames: number;
  readonly bytes: number;
  readonly talkers: readonly string[];
  /** One after the other, each change. */
  readonly statuses: readonly string[];
  readonly session: string | null;
  /** Who this page was told of that they had left. */
  readonly left: number;
  readonly failure: string | null;
}

declare global {
  interface Window {
    smoke: SmokeReport;
  }
}

const client = createClient({ url: location.origin, authentication: guest('Page') });
const talkers = new Set<string>();
let frames = 0;
let bytes = 0;
const statuses: string[] = [];
let left = 0;
let failure: string | null = null;

const report = (): void => {
  window.smoke = {
    status: client.state.status,
    frames,
    bytes,
    talkers: [...talkers],
    statuses,
    session: client.self?.id ?? null,
    left,
    failure,
  };
};

client.on('stateChanged', ({ state: { status } }) => {
  if (statuses.at(-1) !== status) statuses.push(status);
  report();
});
client.on('participantLeft', () => {
  left += 1;
  report();
});

client.onFrame(({ packet, source }) => {
  if (packet.length === 0) return;
  frames += 1;
  bytes += packet.length;
  talkers.add(source.session);
  report();
});

async function join(): Promise<void> {
  await client.connect();
  await client.channels.join('Command');
}

report();
join()
  .catch((error: unknown) => {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
  })
  .finally(report);
