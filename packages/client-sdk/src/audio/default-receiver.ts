import { carriesFec } from '@sidetone/opus-wasm';
import type { SourceView } from '@sidetone/protocol';
import { PROFILES } from '../codec-policy/profile.js';
import { AdaptiveReceiver } from '../receiver/adaptive-receiver.js';
import type { Latency } from '../talk/source-settings.js';
import { FixedDelayReceiver } from './fixed-delay-receiver.js';
import type { OpusFrame } from './opus-frame.js';
import type { Receiver } from './receiver.js';

const LOW_LATENCY_FLOOR_MS = 20;

/**
 * What makes the receiver of each talker where the app brings none of its own.
 * @param playoutDelayMs a delay that stays as it is; `undefined` for one that follows the network
 */
export function defaultReceiver(
  playoutDelayMs: number | undefined,
  latency: Latency,
): (source: Pick<SourceView, 'kind'>) => Receiver {
  if (playoutDelayMs !== undefined) return () => new FixedDelayReceiver(playoutDelayMs);
  const speechFloorMs = latency === 'low' ? LOW_LATENCY_FLOOR_MS : undefined;
  return ({ kind }) => {
    // By convention the source of that name has the profile of that name. Nobody answers music, so
    // it is in no hurry with a low latency either.
    const floorMs = kind === 'music' ? PROFILES.music.playoutFloorMs : speechFloorMs;
    return new AdaptiveReceiver<OpusFrame>({
      ...(floorMs === undefined ? {} : { floorMs }),
      carriesFec,
    });
  };
}
