import { carriesFec } from '@sidetone/opus-wasm';
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
): () => Receiver {
  if (playoutDelayMs !== undefined) return () => new FixedDelayReceiver(playoutDelayMs);
  const floor = latency === 'low' ? { floorMs: LOW_LATENCY_FLOOR_MS } : {};
  return () => new AdaptiveReceiver<OpusFrame>({ ...floor, carriesFec });
}
