// People who listen, each on a net of its own behind a network of its own, in a process of their own.
import { createClient, guest, type Client, type OpusFrame } from '@sidetone/client-sdk';
import { carriesFec } from '@sidetone/opus-wasm';
import { opus } from '@sidetone/plugin-opus';
import { resolveClientOptions } from '../../../packages/client-sdk/src/client/client-options.js';
import { answerCalls } from './child-program.js';
import { heardTalk, type HeardTalk, type SaidTalkspurt } from './heard-talkspurt.js';
import { playTalker, type Arrival } from './played-talker.js';
import { FRAME_SAMPLES, frameCount, type Utterance } from './utterance.js';

/** What came of one talk, and what several receivers made of the same frames. */
export interface ListenerResult {
  readonly said: number;
  readonly came: number;
  /** Of those that came, how many carried the frame before them in their packet. */
  readonly withFec: number;
  /** Of those that came, how many carried copies of earlier frames. */
  readonly withCopies: number;
  /** Frames said before the first one with copies; `null` where there was none. */
  readonly firstWithCopies: number | null;
  /** The receiver that clients have by default. */
  readonly adaptive: HeardTalk;
  /** The same receiver, given the frames without the copies that came with them. */
  readonly uncopied: HeardTalk;
  /** A fixed delay, that from which the adaptive one begins, without error correction. */
  readonly fixed: HeardTalk;
  /** The same with the delay that receivers of a fixed one have by default. */
  readonly patient: HeardTalk;
}

/** What was said on one net, and what its network did about it. */
export interface Talk {
  readonly name: string;
  readonly utterances: readonly Utterance[];
  /** Between two of them. */
  readonly pauseMs: number;
  /** In base64, from the first frame on. */
  readonly packets: readonly string[];
  readonly delaysMs: DelaysBySeq;
}

/** What the network made each frame wait that it did not lose, by the u16 in the packet. */
export type DelaysBySeq = readonly (readonly [seq: number, delayMs: number])[];

const SEQ_RANGE = 2 ** 16;
const FIXED_DELAY_MS = 40;
const PATIENT_DELAY_MS = 60;
const TICKS_PER_MS = 48;

const codec = opus();
const clients: Client[] = [];
const heard = new Map<string, OpusFrame[]>();

/** What the codec alone makes of what was said: every packet, one after the other. */
function talkspurtsOf({ utterances, packets }: Talk, firstSeq: number): SaidTalkspurt[] {
  const decoder = codec.createDecoder({ channels: 1 });
  let next = 0;
  const talkspurts = utterances.map((utterance) => {
    const samples = frameCount(utterance) * FRAME_SAMPLES;
    const decoded: Float32Array[] = [];
    for (let length = 0; length < samples; length += decoded.at(-1)?.length ?? 0) {
      const packet = packets[next + decoded.length];
      if (packet === undefined) throw new Error(`"${utterance.speaker}" was not said to its end`);
      decoded.push(decoder.decode(Buffer.from(packet, 'base64')).slice());
    }
    const frameSamples = decoded[0]?.length ?? FRAME_SAMPLES;
    const frames = decoded.length;
    const reference = new Float32Array(frames * frameSamples);
    decoded.forEach((each, index) => reference.set(each, index * frameSamples));
    const talkspurt = {
      firstSeq: firstSeq + next,
      frames,
      frameMs: frameSamples / TICKS_PER_MS,
      reference,
    };
    next += frames;
    return talkspurt;
  });
  decoder.close();
  return talkspurts;
}

/**
 * Frames as they would have been said and would have come if nothing had been in a hurry but the
 * network: a machine that stops for a moment would otherwise be heard louder than the network.
 */
function timed(
  frames: readonly OpusFrame[],
  talkspurts: readonly SaidTalkspurt[],
  { delaysMs, pauseMs }: Talk,
): readonly Arrival[] {
  const first = frames.reduce((least, frame) => (frame.seq < least.seq ? frame : least));
  const delays = new Map(delaysMs);
  let startTick = first.time;
  const starts = talkspurts.map((talkspurt) => {
    const start = { talkspurt, startTick };
    startTick += talkspurt.reference.length + pauseMs * TICKS_PER_MS;
    return start;
  });
  return frames
    .map((frame) => {
      const delayMs = delays.get(frame.seq % SEQ_RANGE);
      const place = starts.findLast(({ talkspurt }) => talkspurt.firstSeq <= frame.seq);
      if (delayMs === undefined || !place)
        throw new Error(`frame ${frame.seq - first.seq} came past the network`);
      const { firstSeq, frameMs } = place.talkspurt;
      const time = place.startTick + (frame.seq - firstSeq) * frameMs * TICKS_PER_MS;
      return { frame: { ...frame, time }, atMs: time / TICKS_PER_MS + delayMs };
    })
    .sort((a, b) => a.atMs - b.atMs);
}

function withoutCopies({ frame, atMs }: Arrival): Arrival {
  return { frame: { ...frame, redundancy: [] }, atMs };
}

const calls = {
  /** Signed in, and on the net of its name. */
  async connect({ url, name }: { readonly url: string; readonly name: string }): Promise<void> {
    const client = createClient({
      url,
      codec,
      authentication: guest(`Listener on ${name}`),
      // What comes by another way is no matter of this network.
      voice: { transports: ['udp'] },
    });
    const frames: OpusFrame[] = [];
    heard.set(name, frames);
    client.onFrame((frame) => frames.push(frame));
    clients.push(client);
    await client.connect();
    await client.channels.join(name);
  },
  ready: (): boolean => clients.every(({ voice }) => voice?.down === 'udp'),
  count: (name: string): number => heard.get(name)?.length ?? 0,
  /** What of the talk with the receivers, from that talkspurt on. Of the first one nothing was lost. */
  compare(what: {
    readonly talk: Talk;
    readonly from: number;
    /** Of the receiver beside the fixed one; as clients have it by default if left out. */
    readonly playoutDelayMs?: number;
  }): ListenerResult {
    const { talk, from, playoutDelayMs } = what;
    const frames = heard.get(talk.name) ?? [];
    const all = talkspurtsOf(talk, Math.min(...frames.map(({ seq }) => seq)));
    const came = timed(frames, all, talk);
    const talkspurts = all.slice(from);
    const start = talkspurts[0]?.firstSeq ?? 0;
    const said = talkspurts.reduce((sum, { frames }) => sum + frames, 0);
    const counted = came.filter(({ frame }) => frame.packet.length > 0 && frame.seq >= start);
    const copying = counted.filter(({ frame }) => (frame.redundancy?.length ?? 0) > 0);
    const heardBy = (delayMs: number | undefined, arrivals = came): HeardTalk => {
      const { createReceiver } = resolveClientOptions({
        url: 'ws://invalid.invalid',
        codec,
        voice: delayMs === undefined ? {} : { playoutDelayMs: delayMs },
      });
      const [first] = arrivals;
      if (!first) throw new Error(`nothing came of "${talk.name}"`);
      const receiver = createReceiver(first.frame.source);
      return heardTalk(playTalker(arrivals, receiver, codec), arrivals, talkspurts);
    };
    const adaptive = heardBy(playoutDelayMs);
    return {
      said,
      came: counted.length,
      withFec: counted.filter(({ frame }) => carriesFec(frame.packet)).length,
      withCopies: copying.length,
      firstWithCopies:
        copying.length === 0 ? null : Math.min(...copying.map(({ frame }) => frame.seq)) - start,
      adaptive,
      uncopied: copying.length === 0 ? adaptive : heardBy(playoutDelayMs, came.map(withoutCopies)),
      fixed: heardBy(FIXED_DELAY_MS),
      patient: heardBy(PATIENT_DELAY_MS),
    };
  },
  async close(): Promise<void> {
    await Promise.all(clients.map((client) => client.close()));
  },
};

export type ListeningCalls = typeof calls;

answerCalls(calls);
