import { WireError, type Downlink, type VoiceOffer } from '@sidetone/protocol';
import type { VoiceSession, VoiceTransport } from '../contracts/voice-transport.js';

/** The sinks of one line that are served by one transport. */
export interface SinkGroup {
  readonly transport: VoiceTransport;
  readonly sinks: Uint32Array;
}

interface PathState {
  readonly session: VoiceSession;
  readonly offers: readonly VoiceOffer[];
  readonly ready: Set<VoiceTransport>;
  /** What the client has asked for; until then UDP is taken as soon as it is proven. */
  wanted: Downlink | null;
  /** Where voice goes now. */
  current: readonly VoiceTransport[];
}

const NOT_REACHED: readonly VoiceTransport[] = [];

/** Which transports can reach each session, and which of them carry voice to it. */
export class VoicePaths {
  readonly #transports: readonly VoiceTransport[];
  readonly #switched: (sessionId: string, downlink: Downlink) => void;
  readonly #states = new Map<number, PathState>();
  /** Grows whenever a session's voice takes another way: groups made before it are stale. */
  version = 0;

  constructor(
    transports: readonly VoiceTransport[],
    switched: (sessionId: string, downlink: Downlink) => void,
  ) {
    this.#transports = transports;
    this.#switched = switched;
  }

  open(session: VoiceSession): readonly VoiceOffer[] {
    const offers: VoiceOffer[] = [];
    this.#states.set(session.handle, {
      session,
      offers,
      ready: new Set(),
      wanted: null,
      current: NOT_REACHED,
    });
    for (const transport of this.#transports) {
      const offer = transport.offer(session);
      if (offer !== null) offers.push(offer);
    }
    return offers;
  }

  /** What `open` answered; none for a session that is not open. */
  offersTo(session: VoiceSession): readonly VoiceOffer[] {
    return this.#stateOf(session)?.offers ?? [];
  }

  /** Says again where voice goes, to who may have missed it. */
  repeat(session: VoiceSession): void {
    const downlink = downlinkName(this.#stateOf(session)?.current ?? NOT_REACHED);
    if (downlink !== null) this.#switched(session.id, downlink);
  }

  close(session: VoiceSession): void {
    if (!this.#states.delete(session.handle)) return;
    this.version++;
    for (const transport of this.#transports) transport.detach(session);
  }

  ready(session: VoiceSession, transport: VoiceTransport): void {
    const state = this.#stateOf(session);
    if (state === undefined || state.ready.has(transport)) return;
    state.ready.add(transport);
    this.#route(state);
  }

  lost(session: VoiceSession, transport: VoiceTransport): void {
    const state = this.#stateOf(session);
    if (state?.ready.delete(transport)) this.#route(state);
  }

  /** Throws `WireError` NOT_FOUND when a transport it names is not ready. */
  want(session: VoiceSession, downlink: Downlink): void {
    const state = this.#stateOf(session);
    const names = downlink === 'both' ? ['udp', 'websocket'] : [downlink];
    const missing = names.find((name) => state === undefined || !readyNamed(state, name));
    if (state === undefined || missing !== undefined) {
      throw new WireError('NOT_FOUND', `"${missing}" does not reach this session; prove it first`);
    }
    state.wanted = downlink;
    this.#route(state);
  }

  /** Sorts sinks by the transports that serve them; who is on two is in two groups. */
  group(sinks: Uint32Array): readonly SinkGroup[] {
    const byTransport = new Map<VoiceTransport, number[]>();
    for (const sink of sinks) {
      for (const transport of this.#states.get(sink)?.current ?? NOT_REACHED) {
        const handles = byTransport.get(transport);
        if (handles === undefined) byTransport.set(transport, [sink]);
        else handles.push(sink);
      }
    }
    return Array.from(byTransport, ([transport, handles]) => ({
      transport,
      sinks: Uint32Array.from(handles),
    }));
  }

  #stateOf(session: VoiceSession): PathState | undefined {
    const state = this.#states.get(session.handle);
    return state?.session.id === session.id ? state : undefined;
  }

  #route(state: PathState): void {
    const before = state.current;
    state.current = choose(state);
    if (sameTransports(before, state.current)) return;
    this.version++;
    const downlink = downlinkName(state.current);
    // A client takes the WebSocket for granted until it is told otherwise.
    const assumed = before.length === 0 && downlink === 'websocket';
    if (downlink !== null && !assumed) this.#switched(state.session.id, downlink);
  }
}

function choose(state: PathState): readonly VoiceTransport[] {
  const udp = readyNamed(state, 'udp');
  const websocket = readyNamed(state, 'websocket');
  if (state.wanted === 'both' && udp && websocket) return [udp, websocket];
  if (state.wanted === 'websocket' && websocket) return [websocket];
  const one = udp ?? websocket ?? state.ready.values().next().value;
  return one === undefined ? NOT_REACHED : [one];
}

function readyNamed(state: PathState, name: string): VoiceTransport | undefined {
  for (const transport of state.ready) if (transport.name === name) return transport;
  return undefined;
}

function sameTransports(a: readonly VoiceTransport[], b: readonly VoiceTransport[]): boolean {
  return a.length === b.length && a.every((transport, i) => transport === b[i]);
}

function downlinkName(transports: readonly VoiceTransport[]): Downlink | null {
  if (transports.length > 1) return 'both';
  const name = transports[0]?.name;
  return name === 'udp' || name === 'websocket' ? name : null;
}
