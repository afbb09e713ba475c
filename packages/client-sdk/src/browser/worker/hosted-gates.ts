import type { ResolvedGateOptions } from '../../gate/resolve-gate-options.js';
import type { KeyGate } from '../../media/key-gate.js';
import type { GateCommand } from '../remote/media-messages.js';
import type { HostedSpeakers } from './hosted-speakers.js';
import type { HostedTarget, HostedTargets } from './hosted-targets.js';
import type { Post } from './media-host.js';

export interface HostedGatesParts {
  readonly post: Post;
  readonly speakers: HostedSpeakers;
  readonly targets: HostedTargets;
}

interface Hosted {
  readonly gate: KeyGate<HostedTarget>;
  /** Commands so far, so that the main thread knows what an answer speaks of. */
  done: number;
}

/** The keyboards of the client. */
export class HostedGates {
  readonly #parts: HostedGatesParts;
  readonly #byId = new Map<number, Hosted>();

  constructor(parts: HostedGatesParts) {
    this.#parts = parts;
  }

  open(id: number, speaker: number, options: ResolvedGateOptions): void {
    const { post, speakers } = this.#parts;
    const gate: KeyGate<HostedTarget> = speakers.of(speaker).openGate(options, {
      onAirChanged: () => {
        const onAir = gate.onAir.map(({ target, sinceMs }) => ({ target: target.id, sinceMs }));
        post({ type: 'onAir', gate: id, onAir });
      },
      hint: (hint) => {
        // A stop for want of voice lifts the keys.
        if (hint === 'hotMicStopped') this.#tellKeys(id);
        post({ type: 'hint', gate: id, hint });
      },
    });
    this.#byId.set(id, { gate, done: 0 });
  }

  command(id: number, command: GateCommand): void {
    const hosted = this.#byId.get(id);
    if (!hosted) return;
    hosted.done += 1;
    this.#do(hosted.gate, command);
    if (command.method === 'close') this.#byId.delete(id);
    else this.#tellKeys(id);
  }

  #do(gate: KeyGate<HostedTarget>, command: GateCommand): void {
    const targetsOf = (ids: readonly number[]): HostedTarget[] =>
      ids.map((id) => this.#parts.targets.of(id));
    switch (command.method) {
      case 'setBase':
        return gate.setBase(targetsOf(command.targets), command.mode);
      case 'bind': {
        const { targets, additive, style } = command.binding;
        return gate.bind(command.slot, { targets: targetsOf(targets), additive, style });
      }
      case 'unbind':
        return gate.unbind(command.slot, command.atMs);
      case 'press':
      case 'release':
        return gate[command.method](command.key, command.by, command.atMs);
      case 'releaseAll':
        return gate.releaseAll(command.atMs);
      case 'targetClosed':
        return gate.targetClosed(this.#parts.targets.of(command.target));
      case 'routesLost':
        return gate.routesLost(this.#parts.targets.of(command.target), command.routeIds);
      case 'stop':
      case 'close':
        return gate[command.method]();
    }
  }

  #tellKeys(id: number): void {
    const hosted = this.#byId.get(id);
    if (!hosted) return;
    this.#parts.post({ type: 'keys', gate: id, done: hosted.done, keys: hosted.gate.keys });
  }
}
