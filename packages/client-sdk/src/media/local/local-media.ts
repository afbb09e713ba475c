import type { FrameCipher } from '@sidetone/protocol';
import { LocalPlayback } from '../../audio/local-playback.js';
import type { OpusFrame } from '../../audio/opus-frame.js';
import type { PulledPlayback } from '../../audio/playback.js';
import type { OpenUdpPath } from '../../client/platform.js';
import type { CreateMediaPlane, MediaPlane, MediaPlaneParts } from '../media-plane.js';
import type { Speaker } from '../speaker.js';
import type { VoiceSession, VoiceSessionParts } from '../voice-session.js';
import { LocalVoice } from './local-voice.js';

/** What differs between the machines that a media plane may be on. */
export interface MediaEdges {
  readonly createCipher: () => FrameCipher;
  /** `null` where the platform has no datagrams. */
  readonly openUdpPath: OpenUdpPath | null;
}

/** A media plane in the thread of the control plane, with a codec that answers at once. */
export function localMedia(edges: MediaEdges): CreateMediaPlane<PulledPlayback> {
  return (parts) => new LocalMedia(edges, parts);
}

class LocalMedia implements MediaPlane<PulledPlayback> {
  readonly playback: PulledPlayback;
  readonly #voice: LocalVoice;
  readonly #speakers: Speaker[] = [];

  constructor(edges: MediaEdges, { options, gate, heard, packetRefused, report }: MediaPlaneParts) {
    const { codec, createReceiver, clock, sources: settings } = options;
    const { latency, serverHost, transports } = options;
    if (codec === null || createReceiver === null)
      throw new Error('there is no codec to talk with');
    this.playback = new LocalPlayback({
      codec,
      clock,
      createReceiver,
      packetRefused,
      heard,
      tapFailed: (cause) => report('tap', cause),
    });
    this.#voice = new LocalVoice({
      ...edges,
      clock,
      codec,
      settings,
      latency,
      serverHost,
      transports,
      mayTalk: (route) => gate.mayTalk(route),
      report,
    });
  }

  createSpeaker(name: string): Speaker {
    const speaker = this.#voice.createSpeaker(name);
    this.#speakers.push(speaker);
    return speaker;
  }

  openSession(parts: VoiceSessionParts): VoiceSession {
    return this.#voice.openSession(parts);
  }

  play(frame: OpusFrame): void {
    this.playback.receive(frame);
  }

  /** It is asked with each frame. */
  stateChanged(): void {}

  close(): void {
    for (const speaker of this.#speakers) speaker.close();
  }
}
