import type { Downlink } from '@sidetone/protocol';
import { AskSchedule } from './ask-schedule.js';
import { FlapDamper } from './flap-damper.js';
import { PingPace } from './ping-pace.js';
import { ReturnTrial } from './return-trial.js';

/** On both paths for so long, then on the WebSocket. */
const DOUBT_MS = 2_000;
const PROBE_AGAIN_MS = [2_000, 4_000, 8_000, 16_000, 30_000] as const;
/** A host name that is not found by then is not found. */
const OPENING_MS = 5_000;
/** Where UDP is all there is: a refused socket is replaced after so long, a silent one after this. */
const REOPEN_MS = 1_000;
const REPLACE_SILENT_MS = 5_000;

/** What the counters say of the last second. `losing`: less than a fifth arrives, either way. */
export type Arrivals = 'unknown' | 'arriving' | 'losing';

/** What the governor wants done; each may report back before it returns. */
export interface GovernorActions {
  /** Opens a new socket; `opened` or `failed` follows. */
  renew(): void;
  ask(): void;
  ping(nowMs: number): void;
  /** UDP is given up for now: it was in use, or it never got that far (then once). */
  gaveUp(message: string): void;
}

export interface GovernorParts {
  /** False where voice may not take it. */
  readonly webSocket: boolean;
  readonly actions: GovernorActions;
}

type UdpState =
  /** Not offered, not allowed, or not there. */
  | { readonly status: 'off' }
  | { readonly status: 'probing' }
  /** It had failed, and has to prove itself before it is used again. */
  | { readonly status: 'trial'; readonly trial: ReturnTrial }
  | { readonly status: 'used'; readonly doubt: Doubt | null }
  | { readonly status: 'waiting'; readonly until: number };

interface Doubt {
  readonly since: number;
  /** An answered ping does not settle it: the counters raised it. */
  readonly losing: boolean;
}

interface Deadline {
  readonly at: number;
  readonly run: (nowMs: number) => void;
}

/**
 * Chooses the way of voice (docs/protocol/udp.md, "Choosing the path"). It has no clock and no
 * socket: it is told what happened and when, and `tick` when `nextDueAt` has come. Times are
 * milliseconds of one monotonic clock.
 */
export class PathGovernor {
  readonly #actions: GovernorActions;
  readonly #webSocket: boolean;
  readonly #damper = new FlapDamper();
  readonly #pace = new PingPace();
  #udp: UdpState = { status: 'off' };
  #control = true;
  #socket: 'none' | 'opening' | 'open' = 'none';
  #renewedAt = -Infinity;
  #openedAt = -Infinity;
  /** Questions until the server has shown that it got an answer. */
  #asks: AskSchedule | null = null;
  /** It has been given up after having been in use, so it has to earn its way back. */
  #fallen = false;
  /** A pong has come since it was last taken into use. */
  #proven = false;
  #toldFailure = false;
  #attempts = 0;

  constructor({ webSocket, actions }: GovernorParts) {
    this.#webSocket = webSocket;
    this.#actions = actions;
  }

  /** `null` while no path works. */
  get uplink(): Downlink | null {
    if (this.#udp.status === 'used') {
      return this.#udp.doubt !== null && !this.#alone ? 'both' : 'udp';
    }
    return this.#alone ? null : 'websocket';
  }

  /** What the server should do; `udp` stands for its own rule "as soon as it is proven" too. */
  get downlink(): Downlink {
    if (!this.#webSocket) return 'udp';
    if (this.#udp.status === 'used') return this.#udp.doubt === null ? 'udp' : 'both';
    return this.#fallen ? 'websocket' : 'udp';
  }

  /** UDP has been in use at some time: the server can send there. */
  get udpKnown(): boolean {
    return this.#fallen || this.#udp.status === 'used';
  }

  /** When `tick` is to be called next, unless something happens before. */
  get nextDueAt(): number {
    return Math.min(Infinity, ...this.#deadlines().map(({ at }) => at));
  }

  /** The server offers UDP. */
  start(nowMs: number): void {
    this.#probe(nowMs);
  }

  tick(nowMs: number): void {
    for (;;) {
      const due = this.#deadlines().find(({ at }) => at <= nowMs);
      if (!due) return;
      due.run(nowMs);
    }
  }

  opened(nowMs: number): void {
    if (this.#udp.status === 'off') return;
    this.#socket = 'open';
    this.#openedAt = nowMs;
    this.#asks = new AskSchedule(nowMs);
    if (this.#udp.status === 'used') this.#ping(nowMs);
  }

  challenged(nowMs: number): void {
    if (this.#udp.status === 'used') return this.#ping(nowMs);
    if (this.#udp.status !== 'probing') return;
    if (this.#fallen && !this.#alone) {
      this.#udp = { status: 'trial', trial: new ReturnTrial(nowMs) };
      return this.tick(nowMs);
    }
    this.#use(nowMs);
    this.#ping(nowMs);
  }

  /** @param pingedAtMs when the ping that it answers was sent */
  pong(pingedAtMs: number, arrivals: Arrivals, nowMs: number): void {
    this.#pace.answered(pingedAtMs);
    // Only a confirmed address is answered, so the server has got the answer to its challenge.
    if (this.#asks && pingedAtMs >= this.#asks.openedAt) this.#asks = null;
    if (this.#udp.status === 'trial') {
      this.#udp.trial.answered(pingedAtMs);
      if (!this.#udp.trial.passed) return;
      this.#use(nowMs);
      this.#proven = true;
      this.#attempts = 0;
    } else if (this.#udp.status === 'used') {
      this.#proven = true;
      this.#attempts = 0;
      this.#judge(this.#udp.doubt, pingedAtMs, arrivals, nowMs);
    }
  }

  /** The system refuses to send, or to open a socket. */
  failed(message: string, nowMs: number): void {
    this.#socket = 'none';
    this.#asks = null;
    switch (this.#udp.status) {
      case 'off':
      case 'waiting':
        return;
      case 'used':
        if (!this.#alone) this.#fall(message, nowMs);
        return;
      case 'probing':
      case 'trial':
        return this.#wait(message, nowMs);
    }
  }

  /** A frame went out over UDP. */
  mediaSent(nowMs: number): void {
    this.#pace.mediaSent(nowMs);
  }

  /** A frame came over UDP. */
  mediaReceived(nowMs: number): void {
    this.#pace.mediaReceived(nowMs);
  }

  /** A frame of a talkspurt was heard, by whatever path. */
  heard(sourceId: string, ended: boolean, nowMs: number): void {
    this.#pace.heard(sourceId, ended, nowMs);
  }

  /** The control connection is gone, and the WebSocket's voice with it. */
  controlLost(nowMs: number): void {
    this.#control = false;
    if (this.#udp.status === 'used') this.#udp = { status: 'used', doubt: null };
    else this.#takeWhatThereIs(nowMs);
  }

  /** The rules go on from where things stand. */
  controlRestored(nowMs: number): void {
    this.#control = true;
    if (!this.#webSocket || this.#udp.status !== 'used') return;
    const heldUntil = this.#damper.heldUntil(nowMs);
    if (heldUntil !== null) {
      this.#leave({ status: 'waiting', until: heldUntil });
    } else if (this.#socket === 'none' || (this.#fallen && !this.#proven)) {
      this.#fall('it gave no answer while the control connection was down', nowMs);
    } else if (this.#pace.silentAt <= nowMs) this.#doubt(false, nowMs);
  }

  /** Another network, perhaps: what was true of the last one may not be of this. */
  networkChanged(nowMs: number): void {
    if (this.#udp.status === 'off') return;
    this.#damper.clear();
    this.#attempts = 0;
    if (this.#udp.status !== 'used') return this.#probe(nowMs);
    this.#renew(nowMs);
    if (!this.#alone && this.#udp.doubt === null) this.#doubt(false, nowMs);
  }

  /** UDP is all there is. */
  get #alone(): boolean {
    return !this.#control || !this.#webSocket;
  }

  #deadlines(): readonly Deadline[] {
    const udp = this.#udp;
    switch (udp.status) {
      case 'off':
        return [];
      case 'waiting':
        return [{ at: udp.until, run: (now) => this.#probe(now) }];
      case 'probing':
        return [this.#nextAsk(), this.#endOfProbing()];
      case 'trial': {
        const end = (now: number): void => this.#wait('too few pings were answered', now);
        return [
          this.#nextAsk(),
          { at: udp.trial.nextPingAt, run: (now) => this.#pingInTrial(udp.trial, now) },
          { at: udp.trial.overAt, run: end },
        ];
      }
      case 'used':
        return [
          this.#nextAsk(),
          ...(this.#alone ? [this.#nextReopening()] : [this.#nextDoubt(udp.doubt)]),
          { at: this.#nextPingAt(udp.doubt), run: (now) => this.#ping(now) },
        ];
    }
  }

  #nextAsk(): Deadline {
    const asks = this.#asks;
    const run = (): void => {
      asks?.asked();
      this.#actions.ask();
    };
    return { at: asks?.nextAt ?? Infinity, run };
  }

  #endOfProbing(): Deadline {
    const run = (now: number): void => this.#wait('no answer came to five probes', now);
    return { at: this.#asks?.overAt ?? this.#renewedAt + OPENING_MS, run };
  }

  #nextDoubt(doubt: Doubt | null): Deadline {
    if (doubt === null) {
      return { at: this.#pace.silentAt, run: (now) => this.#doubt(false, now) };
    }
    const why = doubt.losing ? 'hardly any frame arrives' : 'pings go unanswered';
    return { at: doubt.since + DOUBT_MS, run: (now) => this.#fall(why, now) };
  }

  #nextReopening(): Deadline {
    const run = (now: number): void => this.#renew(now);
    if (this.#socket === 'none') return { at: this.#renewedAt + REOPEN_MS, run };
    if (this.#socket === 'opening') return { at: this.#renewedAt + OPENING_MS, run };
    return { at: Math.max(this.#pace.deafAt, this.#renewedAt + REPLACE_SILENT_MS), run };
  }

  #nextPingAt(doubt: Doubt | null): number {
    if (this.#alone) return this.#pace.nextPingAt('alone');
    return this.#pace.nextPingAt(doubt === null ? 'usual' : 'doubted');
  }

  #ping(nowMs: number): void {
    this.#pace.pinged(nowMs);
    this.#actions.ping(nowMs);
  }

  #pingInTrial(trial: ReturnTrial, nowMs: number): void {
    trial.pinged(nowMs);
    this.#ping(nowMs);
  }

  #judge(doubt: Doubt | null, pingedAtMs: number, arrivals: Arrivals, nowMs: number): void {
    if (this.#alone) return;
    if (doubt === null) {
      if (arrivals === 'losing') this.#doubt(true, nowMs);
    } else if (arrivals === 'losing') {
      this.#udp = { status: 'used', doubt: { since: doubt.since, losing: true } };
    } else if (!doubt.losing || arrivals === 'arriving') {
      // A pong to the socket before this one says nothing of this one.
      const here = this.#socket === 'open' && pingedAtMs >= this.#openedAt;
      if (here && pingedAtMs >= doubt.since) this.#udp = { status: 'used', doubt: null };
    }
  }

  #doubt(losing: boolean, nowMs: number): void {
    this.#udp = { status: 'used', doubt: { since: nowMs, losing } };
  }

  #use(nowMs: number): void {
    this.#udp = { status: 'used', doubt: null };
    this.#pace.used(nowMs);
    this.#proven = false;
    this.#toldFailure = false;
  }

  #fall(message: string, nowMs: number): void {
    // One that never worked since has not fallen again.
    if (this.#proven) this.#damper.fell(nowMs);
    const until = this.#damper.heldUntil(nowMs) ?? nowMs + this.#nextPauseMs();
    this.#leave({ status: 'waiting', until });
    this.#actions.gaveUp(message);
  }

  #leave(state: Extract<UdpState, { status: 'waiting' }>): void {
    this.#udp = state;
    this.#fallen = true;
    this.#proven = false;
    this.#pace.forgetUnanswered();
    this.#asks = null;
  }

  /** An attempt has come to nothing. */
  #wait(message: string, nowMs: number): void {
    this.#udp = { status: 'waiting', until: nowMs + this.#nextPauseMs() };
    this.#pace.forgetUnanswered();
    this.#asks = null;
    if (this.#fallen || this.#toldFailure) return;
    this.#toldFailure = true;
    this.#actions.gaveUp(message);
  }

  #nextPauseMs(): number {
    const index = Math.min(this.#attempts, PROBE_AGAIN_MS.length - 1);
    this.#attempts += 1;
    // With nothing else left there is nothing to wait for.
    return this.#alone ? PROBE_AGAIN_MS[0] : (PROBE_AGAIN_MS[index] ?? PROBE_AGAIN_MS[0]);
  }

  #probe(nowMs: number): void {
    this.#udp = { status: 'probing' };
    this.#pace.forgetUnanswered();
    this.#renew(nowMs);
  }

  #renew(nowMs: number): void {
    this.#asks = null;
    this.#socket = 'opening';
    this.#renewedAt = nowMs;
    this.#actions.renew();
  }

  /** The way that had failed is better than none, and may have healed; an untried one is tried. */
  #takeWhatThereIs(nowMs: number): void {
    const { status } = this.#udp;
    if (status === 'off') return;
    if (status === 'trial' || this.#fallen) this.#use(nowMs);
    if (status === 'waiting') {
      if (this.#fallen) this.#renew(nowMs);
      else this.#probe(nowMs);
    }
  }
}
