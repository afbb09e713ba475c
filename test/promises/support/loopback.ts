import { createClient, guest, Pacer, type Client, type TalkTarget } from '@sidetone/client-sdk';
import { opus } from '@sidetone/plugin-opus';
import { waitFor } from '@sidetone/testkit';
import { findMarker, marker } from './marker.js';

const SAMPLES_PER_MS = 48;
const BLOCK_MS = 10;
const BLOCK_SAMPLES = BLOCK_MS * SAMPLES_PER_MS;
const TALKSPURT_MS = 1_900;
const PAUSE_MS = 400;
/** A marker is looked for so long after it went in. */
const SEARCH_MS = 400;
const CHANNEL = 'Command';

export interface LoopbackOptions {
  readonly latency: 'normal' | 'low';
  readonly talkspurts: number;
}

export interface Loopback {
  /** From entering the source to leaving the sink, of each marker that was heard. */
  readonly delaysMs: readonly number[];
  readonly lost: number;
  /** Of the receiver, as it was at the end. */
  readonly playoutDelayMs: number;
  readonly concealedMs: number;
  /** Blocks of 10 ms that came too late for a device that has one of them in hand. */
  readonly lateBlocks: number;
}

/** What one side of the sound did, block by block. */
interface Blocks {
  readonly samples: Float32Array;
  /** When each was due. */
  readonly dueAt: number[];
  /** When each was handed over. */
  readonly doneAt: number[];
}

/**
 * One client talks and one listens, in this process, over UDP and the server at `url`. Sound goes in
 * and out in blocks of 10 ms, as with a sound card: a sample enters the source when it is captured,
 * which is up to 10 ms before its block is complete and handed over, and it leaves the sink while
 * its block plays, which begins 10 ms after the block was asked for.
 */
export async function loopback(url: string, options: LoopbackOptions): Promise<Loopback> {
  const [talker, listener] = await Promise.all([
    person(url, 'Talker', options),
    person(url, 'Listener', options),
  ]);
  try {
    const target = await (await talker.channels.join(CHANNEL)).talk();
    await listener.channels.join(CHANNEL);
    await waitFor(() => talker.voice?.up === 'udp' && listener.voice?.down === 'udp', {
      timeoutMs: 10_000,
      describe: () => `voice goes ${talker.voice?.up} up and ${listener.voice?.down} down`,
    });
    const plan = planned(options.talkspurts);
    const stop = new AbortController();
    const heard = recordOf(listener, stop.signal, plan.samples.length + 1_000 * SAMPLES_PER_MS);
    const said: Blocks = { samples: plan.samples, dueAt: [], doneAt: [] };
    await say(talker, target, said);
    const [statistics] = [...listener.playback.statistics().values()];
    stop.abort();
    const { playoutDelayMs = NaN, concealedMs = NaN } = statistics ?? {};
    return { ...measured(said, await heard, plan.markers), playoutDelayMs, concealedMs };
  } finally {
    await Promise.all([talker.close(), listener.close()]);
  }
}

async function person(url: string, name: string, { latency }: LoopbackOptions): Promise<Client> {
  const client = createClient({
    url,
    codec: opus(),
    authentication: guest(name),
    voice: { transports: ['udp'], latency },
  });
  await client.connect();
  return client;
}

/** Talkspurts with markers at odd places, over a little noise. */
function planned(talkspurts: number): { samples: Float32Array; markers: readonly number[] } {
  const periodMs = TALKSPURT_MS + PAUSE_MS;
  const random = sequence(7);
  const samples = Float32Array.from(
    { length: talkspurts * periodMs * SAMPLES_PER_MS },
    () => 0.01 * (random() - 0.5),
  );
  const markers: number[] = [];
  for (let spurt = 0; spurt < talkspurts; spurt++) {
    const end = spurt * periodMs + TALKSPURT_MS - 60;
    for (let atMs = spurt * periodMs + 60; atMs < end; atMs += 130 + 60 * random()) {
      const at = Math.round(atMs * SAMPLES_PER_MS);
      marker(markers.length).forEach((value, i) => (samples[at + i] = value));
      markers.push(at);
    }
  }
  return { samples, markers };
}

async function say(client: Client, target: TalkTarget, said: Blocks): Promise<void> {
  const { samples, dueAt, doneAt } = said;
  const pacer = new Pacer(client.clock);
  const source = client.talk.source();
  const periodBlocks = (TALKSPURT_MS + PAUSE_MS) / BLOCK_MS;
  for (let block = 0; block < samples.length / BLOCK_SAMPLES; block++) {
    dueAt.push(await pacer.next(BLOCK_MS));
    if (block % periodBlocks === 0) target.start();
    if (block % periodBlocks === TALKSPURT_MS / BLOCK_MS) target.stop();
    doneAt.push(client.clock.now());
    source.write(samples.subarray(block * BLOCK_SAMPLES, (block + 1) * BLOCK_SAMPLES));
  }
  target.stop();
}

async function recordOf(client: Client, signal: AbortSignal, mostSamples: number): Promise<Blocks> {
  const samples = new Float32Array(mostSamples);
  const dueAt: number[] = [];
  const doneAt: number[] = [];
  const pacer = new Pacer(client.clock);
  const stereo = new Float32Array(2 * BLOCK_SAMPLES);
  while (!signal.aborted) {
    const due = await pacer.next(BLOCK_MS);
    client.playback.pullInto(stereo, due);
    const from = dueAt.length * BLOCK_SAMPLES;
    for (let i = 0; i < BLOCK_SAMPLES; i++) samples[from + i] = stereo[2 * i] ?? 0;
    dueAt.push(due);
    doneAt.push(client.clock.now());
  }
  return { samples, dueAt, doneAt };
}

function measured(
  said: Blocks,
  heard: Blocks,
  markers: readonly number[],
): Pick<Loopback, 'delaysMs' | 'lost' | 'lateBlocks'> {
  const delays = markers.map((at, number) => {
    const enteredMs = captureTime(said, at);
    const from = heard.dueAt.findIndex((due) => due >= enteredMs - BLOCK_MS) * BLOCK_SAMPLES;
    const found = findMarker(heard.samples, number, from, from + SEARCH_MS * SAMPLES_PER_MS);
    return found === null ? null : playTime(heard, found) - enteredMs;
  });
  const delaysMs = delays.filter((delay) => delay !== null);
  const lateBlocks = heard.doneAt.filter((done, i) => done > (heard.dueAt[i] ?? 0) + BLOCK_MS);
  return { delaysMs, lost: delays.length - delaysMs.length, lateBlocks: lateBlocks.length };
}

/** A block is due when its last sample has been captured. */
function captureTime({ dueAt }: Blocks, sample: number): number {
  const block = Math.floor(sample / BLOCK_SAMPLES);
  return (dueAt[block] ?? NaN) - BLOCK_MS + (sample % BLOCK_SAMPLES) / SAMPLES_PER_MS;
}

/** The device plays the block before while this one is made; later ones play when they are there. */
function playTime({ dueAt, doneAt }: Blocks, sample: number): number {
  const block = Math.floor(sample / BLOCK_SAMPLES);
  const begins = Math.max((dueAt[block] ?? NaN) + BLOCK_MS, doneAt[block] ?? NaN);
  return begins + (sample % BLOCK_SAMPLES) / SAMPLES_PER_MS;
}

/** Numbers in 0..1 that are the same each time (a linear congruential generator). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
