import type { FrameCipher } from '@sidetone/protocol';
import type { Clock } from '../../clock/clock.js';
import type { OpenControlSocket } from '../../control/control-socket.js';
import { LocalVoice } from '../../media/local/local-voice.js';
import { allows, type Mutes } from '../../talk/mute-gate.js';
import type { EncoderFactory } from '../../talk/source-encoder.js';
import type { FromMedia, MediaSettings, ToMedia } from '../remote/media-messages.js';
import { callMethod } from '../remote/method-call.js';
import { packError } from '../remote/packed-error.js';
import { HostedGates } from './hosted-gates.js';
import { HostedSessions } from './hosted-sessions.js';
import { HostedSockets } from './hosted-sockets.js';
import { HostedSpeakers } from './hosted-speakers.js';
import { HostedTargets } from './hosted-targets.js';
import { HostedTasks } from './hosted-tasks.js';
import { PlaybackLine } from './playback-line.js';

export type Post = (message: FromMedia, transfer?: Transferable[]) => void;

export interface MediaHostParts {
  readonly post: Post;
  readonly clock: Clock;
  readonly codec: EncoderFactory;
  /** For whoever plays. */
  readonly decoder: WebAssembly.Module;
  readonly createCipher: () => FrameCipher;
  readonly openSocket: OpenControlSocket;
}

const NO_MUTES: Mutes = Object.freeze({ everywhere: false, channels: [] });

/** The media plane of a page, away from its main thread, which says by messages what is to be done. */
export class MediaHost {
  readonly #parts: MediaHostParts;
  readonly #targets = new HostedTargets();
  readonly #playback: PlaybackLine;
  #mutes = NO_MUTES;
  #hosted: Hosted | null = null;

  constructor(parts: MediaHostParts) {
    this.#parts = parts;
    this.#playback = new PlaybackLine(parts.clock, parts.decoder);
  }

  receive(message: ToMedia): void {
    try {
      if (message.type === 'configure') this.#configure(message.settings);
      else if (this.#hosted) this.#handle(message, this.#hosted);
    } catch (cause) {
      this.#report('media', cause);
    }
  }

  #configure({ serverHost, latency, sources }: MediaSettings): void {
    const { post, clock, codec, createCipher, openSocket } = this.#parts;
    const report = (event: string, cause: unknown): void => this.#report(event, cause);
    const voice = new LocalVoice({
      clock,
      codec,
      settings: sources,
      latency,
      serverHost,
      transports: new Set(['websocket']),
      createCipher,
      openUdpPath: null,
      mayTalk: (route) => allows(this.#mutes, route),
      report,
    });
    const sockets = new HostedSockets({ post, openSocket, report });
    const playback = this.#playback;
    const targets = this.#targets;
    const speakers = new HostedSpeakers({ post, clock, voice });
    this.#hosted = {
      sockets,
      speakers,
      sessions: new HostedSessions({ post, clock, voice, sockets, playback }),
      gates: new HostedGates({ post, speakers, targets }),
      tasks: new HostedTasks({ post, speakers, targets }),
    };
  }

  #handle(message: Exclude<ToMedia, { type: 'configure' }>, hosted: Hosted): void {
    const { sockets, sessions, speakers, gates, tasks } = hosted;
    switch (message.type) {
      case 'mutes':
        this.#mutes = message.mutes;
        return;
      case 'openSocket':
        return sockets.open(message.socket, message.url, message.subprotocol);
      case 'sendText':
        return sockets.of(message.socket)?.sendText(message.text);
      case 'closeSocket':
        return sockets.of(message.socket)?.close(message.code, message.reason);
      case 'terminateSocket':
        return sockets.of(message.socket)?.terminate();
      case 'carry': {
        const session = sessions.of(message.session);
        if (session) sockets.carry(message.socket, session);
        return;
      }
      case 'openSession':
        return sessions.open(message.session);
      case 'session':
        return sessions.call(message.session, message.call);
      case 'answer':
        return sessions.answer(message.question, message.error);
      case 'createSpeaker':
        return speakers.create(message.speaker, message.name);
      case 'speaker':
        callMethod(speakers.of(message.speaker), message.call);
        return;
      case 'target': {
        const speaker = speakers.of(message.speaker);
        const target = this.#targets.find(message.target);
        // Apps let go of targets that have ended, too.
        if (target) speaker[message.method](target);
        return;
      }
      case 'lanes':
        return this.#targets.lanesAre(message.target, message.lanes);
      case 'forgetTarget':
        return this.#targets.forget(message.target);
      case 'write':
        return speakers.write(message.speaker, message.samples, message.details);
      case 'drain':
        return tasks.drain(message.task, message.speaker);
      case 'talk':
        return tasks.talk(message);
      case 'stopTask':
        return tasks.stop(message.task);
      case 'pulled':
        return tasks.pulled(message.task, message.chunk);
      case 'openGate':
        return gates.open(message.gate, message.speaker, message.options);
      case 'gate':
        return gates.command(message.gate, message.command);
      case 'microphone':
        return speakers.connect(message.source, message.port);
      case 'playback':
        return this.#playback.connect(message.port);
    }
  }

  #report(event: string, cause: unknown): void {
    this.#parts.post({ type: 'report', event, cause: packError(cause) });
  }
}

interface Hosted {
  readonly sockets: HostedSockets;
  readonly sessions: HostedSessions;
  readonly speakers: HostedSpeakers;
  readonly gates: HostedGates;
  readonly tasks: HostedTasks;
}
