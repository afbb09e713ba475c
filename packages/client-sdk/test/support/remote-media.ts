import type { FrameCipher } from '@sidetone/protocol';
import { LocalPlayback } from '../../src/audio/local-playback.js';
import type { PulledPlayback } from '../../src/audio/playback.js';
import { RemotePlayback } from '../../src/browser/playback/remote-playback.js';
import { MediaLine, type MediaPort } from '../../src/browser/remote/media-line.js';
import type { FromMedia, ToMedia } from '../../src/browser/remote/media-messages.js';
import { RemoteMedia } from '../../src/browser/remote/remote-media.js';
import { MediaHost } from '../../src/browser/worker/media-host.js';
import type { Platform } from '../../src/client/platform.js';
import type { OpenControlSocket } from '../../src/control/control-socket.js';
import type { MediaPlaneParts } from '../../src/media/media-plane.js';
import type { EncoderFactory } from '../../src/talk/source-encoder.js';

/** An empty one: nothing in these tests plays in a worklet. */
const DECODER = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));

export interface RemoteMediaParts {
  readonly createCipher: () => FrameCipher;
  readonly openSocket: OpenControlSocket;
  /** In place of that of the options. */
  readonly codec: EncoderFactory | null;
  /** The two ends of the line. */
  readonly ends: readonly [MediaPort, MediaPort];
}

type RemotePlatform = Pick<Platform, 'openSocket' | 'createMedia'>;

/**
 * A media plane behind messages, as in a page, with both sides in this thread. Only playback is that
 * of Node, so that a test can pull.
 */
export function remoteMedia(parts: RemoteMediaParts): RemotePlatform {
  const { createCipher, openSocket, ends } = parts;
  const line = new MediaLine();
  let remote: RemoteMedia | null = null;
  return {
    openSocket: (...socket) => {
      if (remote) return remote.openSocket(...socket);
      throw new Error('no client has been made yet');
    },
    createMedia: (planeParts) => {
      const { clock, codec } = planeParts.options;
      const encoders = parts.codec ?? codec;
      if (!encoders) throw new Error('there is no codec');
      const host = new MediaHost({
        post: (message: FromMedia, transfer = []) =>
          ends[1].postMessage(message as unknown as ToMedia, transfer),
        clock,
        codec: encoders,
        decoder: DECODER,
        createCipher,
        openSocket,
      });
      ends[1].onmessage = ({ data }) => host.receive(data as ToMedia);
      line.connect(ends[0]);
      remote = new RemoteMedia(line, unheard(planeParts), planeParts);
      return withLocalPlayback(remote, localPlayback(planeParts));
    },
  };
}

function withLocalPlayback(
  remote: RemoteMedia,
  playback: PulledPlayback,
): ReturnType<Platform['createMedia']> {
  return {
    playback,
    createSpeaker: (name) => remote.createSpeaker(name),
    openSession: (parts) => remote.openSession(parts),
    play: (frame) => playback.receive(frame),
    stateChanged: () => remote.stateChanged(),
    close: () => remote.close(),
  };
}

function unheard({ options, heard }: MediaPlaneParts): RemotePlayback {
  const nothing = (): void => undefined;
  const parts = { packetsRefused: nothing, tapFailed: nothing, failed: nothing };
  return new RemotePlayback({ clock: options.clock, heard, ...parts });
}

function localPlayback({ options, heard, packetRefused, report }: MediaPlaneParts): PulledPlayback {
  const { codec, clock, createReceiver } = options;
  if (!codec || !createReceiver) throw new Error('there is no codec');
  return new LocalPlayback({
    codec,
    clock,
    createReceiver,
    packetRefused,
    heard,
    tapFailed: (cause) => report('tap', cause),
  });
}
