import type { AudioSource, OpusSource } from '../audio/audio-source.js';
import { Pacer } from '../audio/pacer.js';
import type { Clock } from '../clock/clock.js';
import { FrameReader } from './frame-reader.js';
import type { SourceEncoder, SpeechFrame } from './source-encoder.js';
import type { HeldTarget } from '../media/speaker.js';
import type { TalkSender } from './talk-sender.js';

export interface PlaySpeechParts {
  readonly source: AudioSource | OpusSource;
  readonly sender: TalkSender;
  readonly encoder: SourceEncoder;
  readonly target: HeldTarget;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What the source says when it is closed early concerns the talk no more, but the app. */
  readonly report: (cause: unknown) => void;
}

/** Sends a source to a target as one talkspurt; resolves when its last frame has left. */
export async function playSpeech(parts: PlaySpeechParts): Promise<void> {
  const { source, sender, encoder, target, signal, report } = parts;
  const reader = new FrameReader(encoder.frames(source, signal), signal);
  sender.hold(target);
  try {
    if (source.live) await sendAsTheyCome(reader, sender);
    else await sendPaced(reader, parts);
  } finally {
    reader.close(report);
    sender.release(target);
    sender.endNow();
    await sender.drained();
  }
}

async function sendAsTheyCome(reader: FrameReader, sender: TalkSender): Promise<void> {
  for (let frame = await reader.next(); frame; frame = await reader.next()) {
    sender.send(frame.encode());
  }
}

/** Looks one frame ahead, to mark the last one; in a live source that would be a delay. */
async function sendPaced(
  reader: FrameReader,
  { sender, target, clock, signal }: PlaySpeechParts,
): Promise<void> {
  const pacer = new Pacer(clock);
  let frame: SpeechFrame | null = await reader.next();
  while (frame) {
    await pacer.next(frame.durationMs);
    if (signal.aborted) return;
    const following: SpeechFrame | null = await reader.next();
    sender.send(frame.encode(), following === null ? target : undefined);
    frame = following;
  }
}
