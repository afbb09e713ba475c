// These functions run in the page, and know nothing of this file there.

/** What the tests use of the client that the page leaves for the console. */
interface PageClient {
  readonly self: { readonly id: string } | null;
  readonly audio: { readonly microphone: { readonly state: string } };
  readonly playback: {
    addTap(tap: {
      write(tapped: {
        readonly source: { readonly session: string };
        readonly samples: Float32Array;
        readonly channels: 1 | 2;
      }): void;
    }): () => void;
  };
}

declare global {
  interface Window {
    sidetone?: PageClient;
    /** By session; of the mix under `mix`. */
    recorded: Map<string, Float32Array[]>;
    recording: boolean;
    /** Of Chromium; TypeScript's library does not know it. */
    MediaStreamTrackProcessor: new (options: {
      readonly track: MediaStreamTrack | undefined;
      readonly maxBufferSize: number;
    }) => { readonly readable: ReadableStream<AudioData> };
  }
}

/**
 * Before the page: whatever goes to the ears goes to a recorder, too. The browser keeps up to 5 s for
 * it, so that what the main thread does makes no holes.
 */
export function recordMix(): void {
  window.recorded = new Map();
  window.recording = false;
  const connect = AudioNode.prototype.connect as (this: AudioNode, ...to: unknown[]) => unknown;
  AudioNode.prototype.connect = function (this: AudioNode, ...to: unknown[]): never {
    if (to[0] instanceof AudioDestinationNode && this instanceof GainNode) {
      const stream = (this.context as AudioContext).createMediaStreamDestination();
      connect.call(this, stream);
      const [track] = stream.stream.getAudioTracks();
      const { readable } = new window.MediaStreamTrackProcessor({ track, maxBufferSize: 500 });
      const recorder = new WritableStream<AudioData>({
        write: (data) => {
          const left = new Float32Array(data.numberOfFrames);
          const right = new Float32Array(data.numberOfFrames);
          data.copyTo(left, { planeIndex: 0, format: 'f32-planar' });
          data.copyTo(right, {
            planeIndex: data.numberOfChannels - 1,
            format: 'f32-planar',
          });
          data.close();
          if (!window.recording) return;
          const blocks = window.recorded.get('mix') ?? [];
          blocks.push(left.map((sample, i) => (sample + (right[i] ?? 0)) / 2));
          window.recorded.set('mix', blocks);
        },
      });
      void readable.pipeTo(recorder);
    }
    return connect.apply(this, to) as never;
  };
}

/** Keeps what is played of each talker from now on. */
export function startRecording(): void {
  window.recorded = new Map();
  if (window.recording) return;
  window.recording = true;
  window.sidetone?.playback.addTap({
    write: ({ source, samples, channels }) => {
      const blocks = window.recorded.get(source.session) ?? [];
      blocks.push(samples.filter((_, i) => i % channels === 0));
      window.recorded.set(source.session, blocks);
    },
  });
}

/** 16-bit samples as base64, by session. */
export function takeRecording(): Record<string, string> {
  if (!window.recording) throw new Error('nothing is recorded');
  return Object.fromEntries(
    [...window.recorded].map(([session, blocks]) => {
      const samples = Int16Array.from(
        blocks.flatMap((block) => [...block]),
        (sample) => Math.round(32_767 * Math.max(-1, Math.min(1, sample))),
      );
      const bytes = new Uint8Array(samples.buffer);
      let text = '';
      for (let at = 0; at < bytes.length; at += 8_192) {
        text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
      }
      return [session, btoa(text)];
    }),
  );
}
