import { SAMPLES_PER_MS } from '../audio/sample-rate.js';
import type { WaitingFrame } from './frame-ring.js';
import type {
  ConcealAction,
  DecodeAction,
  PlayoutAction,
  RecoverAction,
  SilenceAction,
} from './playout-action.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const MAX_SILENCE_SAMPLES = 480;
const NO_PACKET = new Uint8Array(0);

/** One object of each kind, written anew for each action, so that playing allocates nothing. */
export class ReusedActions<Frame> {
  readonly #decode: Mutable<DecodeAction<Frame | null>> = {
    kind: 'decode',
    frame: null,
    packet: NO_PACKET,
    seq: 0,
    durationMs: 0,
    crossfade: false,
    stretchMs: 0,
  };
  readonly #recover: Mutable<RecoverAction<Frame | null>> = {
    kind: 'recover',
    from: null,
    packet: NO_PACKET,
    seq: 0,
    durationMs: 0,
    crossfade: false,
  };
  readonly #conceal: Mutable<ConcealAction> = { kind: 'conceal', durationMs: 0, concealedMs: 0 };
  readonly #silence: Mutable<SilenceAction> = { kind: 'silence', sampleCount: 0 };

  decode(place: WaitingFrame<Frame>, crossfade: boolean, stretchMs: number): PlayoutAction<Frame> {
    const action = this.#decode;
    action.frame = place.frame;
    action.packet = place.packet;
    action.seq = place.seq;
    action.durationMs = place.durationMs;
    action.crossfade = crossfade;
    action.stretchMs = stretchMs;
    return action as DecodeAction<Frame>;
  }

  /** @param after the frame behind the one that is heard */
  recover(after: WaitingFrame<Frame>, crossfade: boolean): PlayoutAction<Frame> {
    const action = this.#recover;
    action.from = after.frame;
    action.packet = after.packet;
    action.seq = after.seq - 1;
    action.durationMs = after.durationMs;
    action.crossfade = crossfade;
    return action as RecoverAction<Frame>;
  }

  conceal(durationMs: number, concealedMs: number): ConcealAction {
    this.#conceal.durationMs = durationMs;
    this.#conceal.concealedMs = concealedMs;
    return this.#conceal;
  }

  silence(ms: number): SilenceAction {
    const samples = Math.ceil(ms * SAMPLES_PER_MS);
    this.#silence.sampleCount = Math.max(1, Math.min(MAX_SILENCE_SAMPLES, samples));
    return this.#silence;
  }
}
