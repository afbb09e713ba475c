import type { OpusFrame } from '../../audio/opus-frame.js';
import type { CancelTimer, Clock } from '../../clock/clock.js';
import type { LocalVoice } from '../../media/local/local-voice.js';
import type { VoiceSession, VoiceSessionListener } from '../../media/voice-session.js';
import type { SessionCall, SessionNews, SessionQuestion } from '../remote/media-messages.js';
import { callMethod } from '../remote/method-call.js';
import { unpackError, type PackedError } from '../remote/packed-error.js';
import type { HostedSockets } from './hosted-sockets.js';
import type { Post } from './media-host.js';
import type { PlaybackLine } from './playback-line.js';

export interface HostedSessionsParts {
  readonly post: Post;
  readonly clock: Clock;
  readonly voice: LocalVoice;
  readonly sockets: HostedSockets;
  readonly playback: PlaybackLine;
}

interface Question {
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/** How often the main thread hears how voice goes, if anything has changed. */
const STATUS_PERIOD_MS = 1_000;

/** The voices of the client's sessions: of one, but for the moments in which another takes over. */
export class HostedSessions {
  readonly #parts: HostedSessionsParts;
  readonly #byId = new Map<number, VoiceSession>();
  readonly #questions = new Map<number, Question>();
  #lastQuestion = 0;
  #toldStatus = '';
  #cancelStatus: CancelTimer | null = null;

  constructor(parts: HostedSessionsParts) {
    this.#parts = parts;
  }

  of(id: number): VoiceSession | null {
    return this.#byId.get(id) ?? null;
  }

  open(id: number): void {
    const { voice, sockets } = this.#parts;
    const session: VoiceSession = voice.openSession({
      carrier: {
        remoteAddress: () => null,
        sendBinary: (bytes) => sockets.sendBinary(session, bytes),
      },
      listener: this.#listener(id),
    });
    this.#byId.set(id, session);
    this.#cancelStatus ??= this.#parts.clock.every(STATUS_PERIOD_MS, () => {
      for (const each of this.#byId.keys()) this.#tellStatus(each);
    });
  }

  call(id: number, call: SessionCall): void {
    const session = this.#byId.get(id);
    if (!session) return;
    callMethod(session, call);
    if (call.method !== 'close') return;
    this.#byId.delete(id);
    this.#parts.playback.clear();
    if (this.#byId.size > 0) return;
    this.#cancelStatus?.();
    this.#cancelStatus = null;
  }

  answer(id: number, error: PackedError | null): void {
    const question = this.#questions.get(id);
    this.#questions.delete(id);
    if (error) question?.reject(unpackError(error));
    else question?.resolve();
  }

  #listener(id: number): VoiceSessionListener {
    const tell = (news: SessionNews): void =>
      this.#parts.post({ type: 'voice', session: id, news });
    const tellOfPath = (news: SessionNews): void => {
      this.#tellStatus(id);
      tell(news);
    };
    return {
      keysWanted: (...args) => tell({ method: 'keysWanted', args }),
      report: (...args) => this.#ask(id, { method: 'report', args }),
      requestDownlink: (...args) => this.#ask(id, { method: 'requestDownlink', args }),
      heard: (frame) => this.#heard(id, frame),
      uplinkChanged: (...args) => tellOfPath({ method: 'uplinkChanged', args }),
      downlinkChanged: (...args) => tellOfPath({ method: 'downlinkChanged', args }),
      pathFailed: (...args) => tell({ method: 'pathFailed', args }),
      qualityChanged: (...args) => tellOfPath({ method: 'qualityChanged', args }),
      rejected: (...args) => tell({ method: 'rejected', args }),
    };
  }

  #heard(id: number, frame: OpusFrame): void {
    this.#parts.playback.play(frame);
    // For sinks and for what is remembered, where it may be late.
    this.#parts.post({ type: 'voice', session: id, news: { method: 'heard', args: [frame] } });
  }

  #ask(session: number, call: SessionQuestion): Promise<void> {
    const question = ++this.#lastQuestion;
    return new Promise((resolve, reject) => {
      this.#questions.set(question, { resolve, reject });
      this.#parts.post({ type: 'ask', session, question, call });
    });
  }

  #tellStatus(id: number): void {
    const status = this.#byId.get(id)?.status;
    const told = JSON.stringify(status);
    if (status === undefined || told === this.#toldStatus) return;
    this.#toldStatus = told;
    this.#parts.post({ type: 'status', session: id, status });
  }
}
