import type { PriorityClass, RouteView, TransmissionView } from '@sidetone/protocol';
import type { TalkTarget } from '../talk/talk-target.js';
import type { TalkLine } from './talk-line.js';

/** One push of talk over all lines of a target. */
export interface Transmission {
  readonly id: string;
  readonly target: TalkTarget;
  readonly firstSeq: number;
  lastSeq: number;
  /** Frames by sequence number, however many routes each went to. */
  frames: number;
  /** Those that talk now; the transmission ends with the last. */
  readonly lines: Set<TalkLine>;
  /** Who knows of it, and which routes they were told of, by their handles. */
  readonly told: Map<string, string>;
  /** Somebody may have to be told of another set of routes. */
  changed: boolean;
  /** Periodic updates so far. */
  updates: number;
  nextUpdateMs: number;
}

/** What somebody is told of where a transmission goes. */
export interface Heard {
  readonly routes: readonly RouteView[];
  /** Ids of patches that join one of the routes with others. */
  readonly patches: readonly string[];
}

export function viewTransmission(
  transmission: Transmission,
  { routes, patches }: Heard,
): TransmissionView {
  const { id, target, firstSeq } = transmission;
  return {
    id,
    source: target.source.view,
    routes: [...routes],
    priority: priorityOf(transmission),
    firstSeq,
    ...(patches.length === 0 ? {} : { patches: [...patches] }),
  };
}

function priorityOf({ lines }: Transmission): PriorityClass {
  let highest: PriorityClass = 0;
  for (const { priority } of lines) if (priority > highest) highest = priority;
  return highest;
}
