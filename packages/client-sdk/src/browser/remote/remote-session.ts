import type {
  Downlink,
  KeysActivate,
  KeysSenders,
  RouteKeys,
  VoiceFeedback,
  VoiceOffer,
} from '@sidetone/protocol';
import { Counters } from '../../client/counters.js';
import type { VoiceSession, VoiceSessionListener } from '../../media/voice-session.js';
import type { HeardNets } from '../../patch/heard-nets.js';
import type { VoiceStatus } from '../../voice/voice-status.js';
import type { MediaLine } from './media-line.js';
import type { SessionCall, SessionNews, SessionQuestion } from './media-messages.js';
import { callMethod } from './method-call.js';
import { packError } from './packed-error.js';

const NOTHING_MEASURED: VoiceStatus = Object.freeze<VoiceStatus>({
  up: 'websocket',
  down: 'websocket',
  rttMs: null,
  quality: {
    level: 'good',
    reasons: [],
    rttMs: null,
    uplinkLoss: null,
    downlinkLoss: null,
    jitterMs: null,
  },
  dropped: {},
});

/** The voice of a session, which the Worker has. */
export class RemoteSession implements VoiceSession {
  readonly id: number;
  readonly #line: MediaLine;
  readonly #listener: VoiceSessionListener;
  /** Dropped on this side. */
  readonly #counters = new Counters();
  #status: VoiceStatus = NOTHING_MEASURED;
  #closed = false;

  constructor(id: number, line: MediaLine, listener: VoiceSessionListener) {
    this.id = id;
    this.#line = line;
    this.#listener = listener;
    line.post({ type: 'openSession', session: id });
  }

  get status(): VoiceStatus {
    const dropped = { ...this.#status.dropped, ...this.#counters.toObject() };
    return { ...this.#status, dropped };
  }

  install(keys: RouteKeys): void {
    this.#call({ method: 'install', args: [keys] });
  }

  installAll(keys: readonly RouteKeys[]): void {
    this.#call({ method: 'installAll', args: [keys] });
  }

  activate(activation: KeysActivate): void {
    this.#call({ method: 'activate', args: [activation] });
  }

  addSenders(senders: KeysSenders): void {
    this.#call({ method: 'addSenders', args: [senders] });
  }

  hears(nets: HeardNets): void {
    this.#call({ method: 'hears', args: [nets] });
  }

  participantLeft(sessionId: string): void {
    this.#call({ method: 'participantLeft', args: [sessionId] });
  }

  routeEnded(routeId: string): void {
    this.#call({ method: 'routeEnded', args: [routeId] });
  }

  feedback(feedback: VoiceFeedback): void {
    this.#call({ method: 'feedback', args: [feedback] });
  }

  open(offers: readonly VoiceOffer[]): void {
    this.#call({ method: 'open', args: [offers] });
  }

  downlinkIs(downlink: Downlink): void {
    this.#call({ method: 'downlinkIs', args: [downlink] });
  }

  controlLost(): void {
    this.#call({ method: 'controlLost', args: [] });
  }

  controlRestored(): void {
    this.#call({ method: 'controlRestored', args: [] });
  }

  networkChanged(): void {
    this.#call({ method: 'networkChanged', args: [] });
  }

  /** It is received where the socket is. */
  receiveBinary(): void {}

  count(reason: string): void {
    this.#counters.count(reason);
  }

  close(): void {
    if (this.#closed) return;
    this.#call({ method: 'close', args: [] });
    this.#closed = true;
  }

  /** What the Worker tells. */
  hear(news: SessionNews): void {
    if (!this.#closed) callMethod(this.#listener, news);
  }

  statusIs(status: VoiceStatus): void {
    this.#status = status;
  }

  /** What the Worker wants to have asked. */
  ask(question: number, call: SessionQuestion): void {
    const asked = callMethod(this.#listener, call) as Promise<unknown>;
    asked.then(
      () => this.#line.post({ type: 'answer', question, error: null }),
      (cause: unknown) => this.#line.post({ type: 'answer', question, error: packError(cause) }),
    );
  }

  #call(call: SessionCall): void {
    if (!this.#closed) this.#line.post({ type: 'session', session: this.id, call });
  }
}
