import type { Clock, VoiceIngress, VoiceTransport } from '@sidetone/core';
import { buildProbe, PacketType, ProbeStep } from '@sidetone/protocol';
import type { Address } from './address-check.js';
import type { Connection } from './connection.js';
import type { DropCounters } from './drop-counters.js';
import type { PathCounters } from './path-counters.js';

export interface PathKeeperParts {
  readonly clock: Clock;
  readonly dropped: DropCounters;
  readonly paths: PathCounters;
  readonly transport: VoiceTransport;
  readonly ingress: VoiceIngress;
  readonly send: (bytes: Uint8Array, address: string, port: number) => void;
}

/** Carries out what the address checks of sessions decide. */
export class PathKeeper {
  readonly #parts: PathKeeperParts;

  constructor(parts: PathKeeperParts) {
    this.#parts = parts;
  }

  /**
   * An authenticated datagram has come.
   * @param asks it is a probe that wants a challenge
   * @param highest its number is the highest so far: others may have been held back by somebody
   */
  seen(connection: Connection, from: Address, asks: boolean, highest: boolean): void {
    const { clock, dropped } = this.#parts;
    const inUse = connection.path.isAt(from.address, from.port);
    if (inUse && !asks) return;
    if (!inUse && !highest) {
      if (asks) dropped.overtaken.add();
      return;
    }
    const question = connection.path.question(from, asks, clock.now());
    // Of what does not ask nothing is dropped: it has gone its way before.
    if (typeof question === 'string') {
      if (asks) dropped.challengeLimited.add();
      return;
    }
    if (!inUse) this.#parts.paths.challenged.add();
    this.#challenge(connection, question.toNew, from);
    const { address, port } = connection.path;
    if (question.toOld !== null && address !== null) {
      this.#challenge(connection, question.toOld, { address, port });
    }
  }

  /** @param fresh the packet number had not come before */
  answered(connection: Connection, answer: Uint8Array, from: Address, fresh: boolean): void {
    const { clock, dropped, paths, ingress, transport } = this.#parts;
    const verdict = connection.path.answer(answer, from, fresh, clock.now());
    switch (verdict) {
      case 'confirmed':
        return ingress.pathReady(connection.session, transport);
      case 'moved':
      case 'kept':
      case 'returned':
        return paths[verdict].add();
      case 'repeated':
        // Clients repeat an answer that may have been lost.
        if (!fresh) dropped.replayed.add();
        return;
      case 'wrong':
        return fresh ? dropped.wrongAnswer.add() : dropped.replayed.add();
      case 'moveLimited':
        return dropped.moveLimited.add();
    }
  }

  #challenge(connection: Connection, challenge: Uint8Array, { address, port }: Address): void {
    const probe = buildProbe({ step: ProbeStep.challenge, challenge });
    this.#parts.send(connection.datagram(PacketType.probe, probe), address, port);
  }
}
