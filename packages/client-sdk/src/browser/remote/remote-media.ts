import type { ControlSocket, ControlSocketListener } from '../../control/control-socket.js';
import type { ResolvedGateOptions } from '../../gate/resolve-gate-options.js';
import type { KeyGateListener } from '../../media/key-gate.js';
import type { MediaPlane, MediaPlaneParts } from '../../media/media-plane.js';
import type { HeldTarget, Speaker } from '../../media/speaker.js';
import type { VoiceSession, VoiceSessionParts } from '../../media/voice-session.js';
import { resolveSourceSettings } from '../../talk/source-settings.js';
import type { RemotePlayback } from '../playback/remote-playback.js';
import type { AudioPorts } from '../ports.js';
import type { MediaLine } from './media-line.js';
import type { FromMedia } from './media-messages.js';
import { unpackError } from './packed-error.js';
import { RemoteGate } from './remote-gate.js';
import { RemoteSession } from './remote-session.js';
import { RemoteSocket } from './remote-socket.js';
import { RemoteSpeaker } from './remote-speaker.js';
import { TalkTasks } from './talk-tasks.js';
import { TargetIds } from './target-ids.js';

type SocketNews = Extract<
  FromMedia,
  { type: 'socketOpened' | 'socketAlive' | 'socketText' | 'socketClosed' }
>;

/** What the control plane of a page has of a media plane in a Worker: numbers, and a line to it. */
export class RemoteMedia implements MediaPlane<RemotePlayback>, AudioPorts {
  readonly playback: RemotePlayback;
  readonly #line: MediaLine;
  readonly #parts: MediaPlaneParts;
  readonly #targets: TargetIds;
  readonly #tasks: TalkTasks;
  readonly #sockets = new Map<number, RemoteSocket>();
  readonly #sessions = new Map<number, RemoteSession>();
  readonly #speakers = new Map<number, RemoteSpeaker>();
  readonly #gates = new Map<number, RemoteGate<HeldTarget>>();
  #lastId = 0;
  #toldMutes = '';

  constructor(line: MediaLine, playback: RemotePlayback, parts: MediaPlaneParts) {
    this.playback = playback;
    this.#line = line;
    this.#parts = parts;
    this.#targets = new TargetIds(line);
    this.#tasks = new TalkTasks(line);
    const { serverHost, latency, sources } = parts.options;
    line.listen((message) => this.#hear(message));
    line.post({ type: 'configure', settings: { serverHost, latency, sources } });
  }

  openSocket(url: string, subprotocol: string, listener: ControlSocketListener): ControlSocket {
    const id = this.#newId();
    const sessionId = (voice: VoiceSession): number | null =>
      voice instanceof RemoteSession ? voice.id : null;
    const socket = new RemoteSocket({
      id,
      line: this.#line,
      clock: this.#parts.options.clock,
      listener,
      sessionId,
      workerSilent: () => {
        // This thread may have been stuck instead: what opens after all is not wanted any more.
        socket.terminate();
        this.#hearSocket(endOfSilentWorker(id));
      },
    });
    this.#sockets.set(id, socket);
    this.#line.post({ type: 'openSocket', socket: id, url, subprotocol });
    return socket;
  }

  openSession({ listener }: VoiceSessionParts): VoiceSession {
    const session = new RemoteSession(this.#newId(), this.#line, listener);
    // At most one of before may still have something to tell.
    for (const id of [...this.#sessions.keys()].slice(0, -1)) this.#sessions.delete(id);
    this.#sessions.set(session.id, session);
    return session;
  }

  createSpeaker(name: string): Speaker {
    const { sources, latency } = this.#parts.options;
    const id = this.#newId();
    const speaker = new RemoteSpeaker({
      id,
      name,
      channels: resolveSourceSettings(name, sources[name], latency).encoder.channels,
      line: this.#line,
      targets: this.#targets,
      tasks: this.#tasks,
      openGate: (...gate) => this.#openGate(...gate),
    });
    this.#speakers.set(id, speaker);
    return speaker;
  }

  /** The Worker has given it to the audio thread. */
  play(): void {}

  stateChanged(): void {
    const mutes = this.#parts.gate.mutes();
    const told = JSON.stringify(mutes);
    if (told !== this.#toldMutes) {
      this.#toldMutes = told;
      this.#line.post({ type: 'mutes', mutes });
    }
    this.playback.heardChanged();
  }

  connectMicrophone(source: string, port: MessagePort): void {
    this.#line.post({ type: 'microphone', source, port }, [port]);
  }

  connectPlayback(port: MessagePort): void {
    this.#line.post({ type: 'playback', port }, [port]);
  }

  close(): void {
    for (const speaker of this.#speakers.values()) speaker.close();
    this.#tasks.close();
    this.#line.disconnect();
  }

  #openGate(
    speaker: number,
    options: ResolvedGateOptions,
    listener: KeyGateListener,
    closed: () => void,
  ): RemoteGate<HeldTarget> {
    const id = this.#newId();
    const gate = new RemoteGate<HeldTarget>({
      id,
      line: this.#line,
      targets: this.#targets,
      listener,
      closed: () => {
        this.#gates.delete(id);
        closed();
      },
    });
    this.#gates.set(id, gate);
    this.#line.post({ type: 'openGate', gate: id, speaker, options });
    return gate;
  }

  #hear(message: FromMedia): void {
    switch (message.type) {
      case 'ready':
      case 'failed':
        return;
      case 'socketOpened':
      case 'socketAlive':
      case 'socketText':
      case 'socketClosed':
        return this.#hearSocket(message);
      case 'voice':
        return this.#sessions.get(message.session)?.hear(message.news);
      case 'status':
        return this.#sessions.get(message.session)?.statusIs(message.status);
      case 'ask':
        return this.#sessions.get(message.session)?.ask(message.question, message.call);
      case 'level':
        return this.#speakers.get(message.speaker)?.levelIs(message.level);
      case 'pull':
        return void this.#tasks.pull(message.task);
      case 'letGo':
        return this.#tasks.letGo(message.task);
      case 'settled':
        return this.#tasks.settled(message.task, message.error);
      case 'keys':
        return this.#gates.get(message.gate)?.keysAre(message.done, message.keys);
      case 'onAir':
        return this.#gates.get(message.gate)?.onAirIs(message.onAir);
      case 'hint':
        return this.#gates.get(message.gate)?.hint(message.hint);
      case 'report':
        return this.#parts.report(message.event, unpackError(message.cause));
    }
  }

  #hearSocket(message: SocketNews): void {
    const socket = this.#sockets.get(message.socket);
    socket?.heard();
    const listener = socket?.listener;
    switch (message.type) {
      case 'socketOpened':
        return listener?.opened();
      case 'socketAlive':
        return listener?.alive();
      case 'socketText':
        listener?.text(message.text);
        return this.stateChanged();
      case 'socketClosed': {
        this.#sockets.delete(message.socket);
        const { code, reason, cause } = message;
        const end = { code, reason };
        listener?.closed(cause ? { ...end, cause: unpackError(cause) } : end);
        return;
      }
    }
  }

  #newId(): number {
    return ++this.#lastId;
  }
}

function endOfSilentWorker(socket: number): SocketNews {
  const message =
    'the Worker of this page does not answer, perhaps for want of memory; reload the page';
  return { type: 'socketClosed', socket, code: 1006, reason: '', cause: { message } };
}
