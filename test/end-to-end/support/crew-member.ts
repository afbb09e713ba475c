import {
  createClient,
  type Client,
  type Transmission,
  type TalkTarget,
  type VoiceTransportName,
} from '@sidetone/client-sdk';
import type { Codec, PriorityClass } from '@sidetone/protocol';
import type { SpeechName } from '@sidetone/testkit';
import { EndlessSpeech } from './endless-speech.js';
import { wallTime } from './hearing.js';
import { NetEars } from './net-ears.js';

export interface CrewSettings {
  readonly url: string;
  readonly name: string;
  readonly token: string;
  readonly transport: VoiceTransportName;
  readonly speaker: SpeechName;
}

/** Where somebody talks to: nets by name, or all below one. */
export interface TalkOrder {
  readonly channels?: readonly string[];
  readonly subtree?: string;
  readonly priority?: PriorityClass;
}

/** What a client was told, in words. */
export interface News {
  /** Wall time in ms. */
  readonly at: number;
  readonly line: string;
}

/** Somebody with a role in an operation: a client as an app uses it, and what it hears and is told. */
export class CrewMember {
  readonly client: Client;
  readonly ears = new NetEars();
  readonly news: News[] = [];
  readonly #speaker: SpeechName;
  readonly #targets: TalkTarget[] = [];
  #speech: EndlessSpeech | null = null;
  #talking: Promise<void> = Promise.resolve();

  constructor({ url, token, transport, speaker }: CrewSettings, codec: Codec) {
    this.#speaker = speaker;
    this.client = createClient({
      url,
      codec,
      authentication: { method: 'token', credentials: { token } },
      voice: { transports: transport === 'udp' ? ['udp', 'websocket'] : ['websocket'] },
      // A frame more or less, because a machine is busy, would be no frame of the server's.
      sources: { microphone: { adaptive: false } },
    });
    this.client.onFrame(({ packet, source, route, seq }) => {
      if (packet.length === 0) return;
      const { participants, channels } = this.client;
      const talker = participants.find(source.session)?.name ?? source.session;
      const net = route.channel === undefined ? null : channels.byId(route.channel)?.name;
      this.ears.hear(talker, net ?? (route.kind === 'channel' ? 'unseen' : route.kind), seq);
    });
    this.#listen();
  }

  /** Says so many frames as one talkspurt. The target stays: the last frames may be on their way. */
  async say(order: TalkOrder, frames: number): Promise<void> {
    const target = await this.#register(order);
    await target.play(new EndlessSpeech(this.#speaker).talkspurt(frames));
  }

  /** Begins one talkspurt, that lasts until `hush`. */
  async begin(order: TalkOrder): Promise<void> {
    const target = await this.#register(order);
    const speech = new EndlessSpeech(this.#speaker);
    this.#speech = speech;
    this.#talking = target.play(speech.talkspurt(Infinity));
    // Whoever says hush is told; until then nobody waits for it.
    this.#talking.catch(() => {});
  }

  /** Ends the talkspurt, whatever has become of its target meanwhile. */
  async hush(): Promise<void> {
    this.#speech?.stop();
    await Promise.allSettled([this.#talking]);
  }

  /** Frames that it has said since `begin`. */
  get said(): number {
    return this.#speech?.frames ?? 0;
  }

  /** Takes back all targets that are still there. */
  async putAway(): Promise<void> {
    await this.hush();
    await Promise.all(this.#targets.splice(0).map((target) => target.unregister()));
  }

  async #register({ channels, subtree, priority }: TalkOrder): Promise<TalkTarget> {
    const idOf = (name: string): string => this.client.channels.find(name)?.id ?? name;
    const target = await this.client.talk.target(
      {
        ...(channels ? { channels: channels.map(idOf) } : {}),
        ...(subtree === undefined ? {} : { subtree: idOf(subtree) }),
      },
      priority === undefined ? {} : { priority },
    );
    this.#targets.push(target);
    return target;
  }

  #listen(): void {
    const tell = (line: string): unknown => this.news.push({ at: wallTime(), line });
    const { client } = this;
    client.on('transmissionStarted', ({ transmission }) => tell(`${talk(transmission)} starts`));
    client.on('transmissionEnded', ({ transmission, reason }) => {
      tell(`${transmission.talker?.name} ends: ${reason}`);
    });
    client.on('transmissionRefused', ({ code, channel, holder }) => {
      tell(`${code} on ${channel?.name}${holder ? `: ${holder.name}` : ''}`);
    });
    client.on('transmissionEnding', ({ channel, inMs }) => {
      tell(`ends on ${channel?.name} in ${inMs}`);
    });
    client.on('channelCreated', ({ channel }) => tell(`sees ${channel.name}`));
    client.on('channelDeleted', ({ channel }) => tell(`loses ${channel.name}`));
    client.on('participantJoined', ({ participant }) => tell(`sees ${participant.name}`));
    client.on('participantLeft', ({ participant }) => tell(`loses ${participant.name}`));
    client.on('channelUpdated', ({ channel: { name, net } }) => {
      tell(`${name} has ${net.floorMode} and stance ${net.minTalkPriority}`);
    });
    client.on('patchChanged', ({ patch }) => {
      const nets = patch.channels.map(({ name }) => name).sort();
      tell(`patch ${nets.join('+')}, unseen ${patch.hiddenChannels}`);
    });
    client.on('patchEnded', ({ reason }) => tell(`patch ends: ${reason}`));
    client.on('messageRejected', ({ message }) => tell(`message rejected: ${message}`));
    client.on('listenerFailed', ({ cause }) => tell(`listener failed: ${String(cause)}`));
  }
}

function talk({ talker, channels, routes }: Transmission): string {
  const nets = channels.length > 0 ? channels : routes.map(({ kind }) => ({ name: kind }));
  return `${talker?.name} on ${nets.map(({ name }) => name).join('+')}`;
}
