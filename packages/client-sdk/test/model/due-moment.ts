import type { SessionModel } from './session-model.js';

/** A client notices within 6 s, a server between 6 and 8 s after the last sign of life. */
const CLIENT_NOTICES_MS = [2_000, 6_000] as const;
const SERVER_NOTICES_MS = [6_000, 8_000] as const;

interface DueMoment {
  readonly at: number;
  readonly happen: () => void;
}

/** The end of a moment of doubt that `at` lies in: when something happens is not known to the ms. */
export function endOfDoubt({ clients, sessions }: SessionModel, at: number): number | null {
  for (const { status, stalledAt } of clients.values()) {
    const [from, to] = CLIENT_NOTICES_MS;
    if (status === 'stalled' && isWithin(at - stalledAt, from, to)) return stalledAt + to + 1;
  }
  for (const { halfOpenSince, expires } of sessions.values()) {
    const [from, to] = SERVER_NOTICES_MS;
    if (halfOpenSince !== null && isWithin(at - halfOpenSince, from, to)) {
      return halfOpenSince + to + 1;
    }
    if (expires && at >= expires.from && at < expires.to) return expires.to;
  }
  return null;
}

/** What happens first of all that time alone brings until then. */
export function nextDue(model: SessionModel, until: number): DueMoment | null {
  const due: DueMoment[] = [];
  for (const client of model.clients.values()) {
    if (client.status !== 'stalled') continue;
    due.push({ at: client.stalledAt + CLIENT_NOTICES_MS[1], happen: () => model.abandon(client) });
  }
  for (const session of model.sessions.values()) {
    const { halfOpenSince: since, expires } = session;
    const [from, to] = SERVER_NOTICES_MS;
    if (since !== null) {
      due.push({ at: since + to, happen: () => model.detach(session, since + from, since + to) });
    }
    if (expires) {
      due.push({ at: expires.to, happen: () => model.end(session, 'gone', 'disconnected') });
    }
  }
  const [first] = due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
  return first ?? null;
}

function isWithin(value: number, from: number, to: number): boolean {
  return value >= from && value <= to;
}
