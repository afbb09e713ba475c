import { Priorities, type PriorityClass, type RouteView } from '@sidetone/protocol';
import type { HeardTalk, HeardTransmission } from './heard-talk.js';
import { CENTRE, type Placement, type Placements } from './placement.js';

/**
 * As what one talker is heard: its class, and the net that places it. Of all nets that both share and
 * this client listens to, that is the loudest, whichever the frames come by; whispers and shouts are
 * placed as if on a net that nobody has placed.
 *
 * Frames may come before the news of their transmission, and are played after its end: until there is
 * news talk is normal and on the net of its frames, and the last news hold until the talker is silent.
 */
export class TalkChoice {
  priority: PriorityClass = Priorities.normal;
  net: Placement = CENTRE;
  #channel: string | undefined;
  #told = false;

  /** @param route of the frame that is played */
  look(sourceId: string, route: RouteView | undefined, heard: HeardTalk, nets: Placements): void {
    const views = heard.transmissionsOf(sourceId);
    if (views.length === 0 && this.#told) {
      this.net = this.#channel === undefined ? CENTRE : nets.of(this.#channel);
      return;
    }
    this.#told = views.length > 0;
    this.#take(route?.channel, nets);
    let highest: PriorityClass = Priorities.background;
    let isHeard = false;
    for (let i = 0; i < views.length; i++) {
      const view = views[i];
      if (!view || !this.#choose(view, route, heard, nets)) continue;
      isHeard = true;
      if (view.priority > highest) highest = view.priority as PriorityClass;
    }
    this.priority = isHeard ? highest : Priorities.normal;
  }

  /** The talker is silent. */
  reset(): void {
    this.#told = false;
    this.priority = Priorities.normal;
  }

  /** False for a transmission of which nothing is heard here. */
  #choose(
    { routes, patches }: HeardTransmission,
    frameRoute: RouteView | undefined,
    heard: HeardTalk,
    nets: Placements,
  ): boolean {
    let isHeard = false;
    for (let i = 0; i < routes.length; i++) {
      const route = routes[i];
      if (!route) continue;
      if (route.id === frameRoute?.id) isHeard = true;
      if (route.kind !== 'channel') {
        isHeard = true;
        this.#takeLouder(undefined, nets);
      } else if (route.channel !== undefined && heard.hears(route.channel)) {
        isHeard = true;
        this.#takeLouder(route.channel, nets);
      }
    }
    for (let i = 0; i < (patches?.length ?? 0); i++) {
      const channels = heard.channelsOfPatch(patches?.[i] ?? '');
      for (let k = 0; k < channels.length; k++) {
        const channel = channels[k];
        if (channel === undefined || !heard.hears(channel)) continue;
        isHeard = true;
        this.#takeLouder(channel, nets);
      }
    }
    return isHeard;
  }

  #takeLouder(channel: string | undefined, nets: Placements): void {
    const placement = channel === undefined ? CENTRE : nets.of(channel);
    if (placement.gain > this.net.gain) this.#take(channel, nets);
  }

  #take(channel: string | undefined, nets: Placements): void {
    this.#channel = channel;
    this.net = channel === undefined ? CENTRE : nets.of(channel);
  }
}
