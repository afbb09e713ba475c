import type { Access } from '../access/access.js';
import type { OpusFrame } from '../audio/opus-frame.js';
import type { ClientEmitter } from '../client/client-emitter.js';
import type { Clock } from '../clock/clock.js';
import type { Directory } from '../state/directory.js';
import type { OrganizationState } from '../state/organization-state.js';
import type { TransmissionBook } from '../state/transmission-book.js';
import { KnownNets } from './replay-nets.js';
import type { ResolvedReplayOptions } from './replay-options.js';
import { ReplayPlayer } from './replay-player.js';
import { ReplayStore } from './replay-store.js';
import { Replay } from './replay.js';
import { watchNets } from './watch-nets.js';

export interface ReplaySurroundings {
  /** `null`: nothing is kept. */
  readonly options: ResolvedReplayOptions | null;
  readonly clock: Clock;
  readonly emitter: ClientEmitter;
  readonly access: Access;
  readonly directory: Directory;
  readonly state: OrganizationState;
  readonly transmissions: TransmissionBook;
  readonly selfSession: () => string | undefined;
  /** Plays a frame as if it came now. */
  readonly receive: (frame: OpusFrame) => void;
}

export interface CreatedReplay {
  readonly replay: Replay;
  /** Takes every opened frame. */
  readonly hear: (frame: OpusFrame) => void;
}

export function createReplay(surroundings: ReplaySurroundings): CreatedReplay {
  const { clock, directory, emitter, receive } = surroundings;
  const player = new ReplayPlayer({ clock, receive });
  const store = createStore(surroundings, player);
  const replay = new Replay({
    clock,
    store,
    player,
    talker: (session) => directory.participant(session),
    channel: (id) => directory.channel(id),
    failed: (cause) => emitter.report('replay', cause),
  });
  return { replay, hear: (frame) => store?.add(frame) };
}

function createStore(
  { options, clock, emitter, access, state, transmissions, selfSession }: ReplaySurroundings,
  player: ReplayPlayer,
): ReplayStore | null {
  if (options === null) return null;
  const nets = new KnownNets(state, transmissions, selfSession);
  const store = new ReplayStore({ options, clock, nets, dropped: (talk) => player.stop(talk) });
  watchNets(store, { emitter, access, selfSession });
  return store;
}
