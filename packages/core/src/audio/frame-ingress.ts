import {
  buildDownlinkPacket,
  parseKid,
  parseSframeHeader,
  parseUplinkBody,
  type SenderPart,
} from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import type { VoiceSession, VoiceTransport } from '../contracts/voice-transport.js';
import type { Talker } from '../talk/talker.js';
import { RELEASE_SILENCE_MS, type TalkFloor } from './talk-floor.js';
import { ENDS_PER_TALKSPURT, type TalkLine } from './talk-line.js';
import type { TargetCompiler } from './target-compiler.js';
import type { DropReason, VoiceCounters } from './voice-counters.js';
import type { VoicePaths } from './voice-paths.js';

interface FrameIngressParts {
  readonly clock: Clock;
  readonly counters: VoiceCounters;
  readonly transports: readonly VoiceTransport[];
  /** By session handle. */
  readonly talkers: ReadonlyMap<number, Talker>;
  readonly paths: VoicePaths;
  readonly floor: TalkFloor;
  readonly compiler: TargetCompiler;
}

/**
 * The packet path: judges one frame after another, in the order of the wire protocol, and forwards
 * what passes. Everything it looks at was prepared when the state last changed.
 */
export class FrameIngress {
  readonly #parts: FrameIngressParts;

  constructor(parts: FrameIngressParts) {
    this.#parts = parts;
  }

  receive(session: VoiceSession, transport: VoiceTransport, body: Uint8Array): void {
    const { counters } = this.#parts;
    counters.received.add();
    const reason = this.#judge(session, transport, body);
    if (reason !== null) counters.dropped[reason].add();
  }

  /** Forwards the frame, or says why not. */
  #judge(session: VoiceSession, transport: VoiceTransport, body: Uint8Array): DropReason | null {
    const { clock, transports, talkers } = this.#parts;
    const frame = parseUplinkBody(body);
    if (!frame.ok) return 'malformed';
    const path = transports.indexOf(transport);
    if (path < 0) return 'unknownPath';
    const talker = talkers.get(session.handle);
    if (talker === undefined || talker.id !== session.id) return 'unknownSession';
    const line = talker.lines.get(frame.talkHandle);
    if (line === undefined) return 'unknownHandle';
    const nowMs = clock.now();
    if (!line.budget.spend(path, body.length, nowMs)) return 'overBudget';
    if (!talker.budget.spend(path, body.length, nowMs)) return 'overBudget';
    const key = this.#judgeKey(line, body, frame.sealedOffset, nowMs);
    if (key !== null) return key;
    line.target.source.uplink.note(frame.sender.seq);
    const refusal = this.#admit(line, frame.sender, nowMs);
    return refusal ?? this.#forward(line, frame.sender, body);
  }

  #judgeKey(
    { sender, route }: TalkLine,
    body: Uint8Array,
    sealedOffset: number,
    nowMs: number,
  ): DropReason | null {
    const header = parseSframeHeader(body, sealedOffset);
    if (!header.ok) return 'malformed';
    const { senderIndex, epochLow } = parseKid(header.kid);
    if (senderIndex !== sender.index) return 'foreignSender';
    const epoch = route.keyring.epochs.resolve(epochLow, nowMs);
    if (epoch < 0) return 'unknownEpoch';
    return sender.accept(epoch, header.ctr) ? null : 'replayed';
  }

  /** Moves the line's state; `null` where the frame may go on. */
  #admit(line: TalkLine, { start, end, seq }: SenderPart, nowMs: number): DropReason | null {
    const quiet = nowMs - line.lastFrameMs >= RELEASE_SILENCE_MS;
    line.lastFrameMs = nowMs;
    if (line.status === 'talking') return null;
    if (line.status === 'blocked') {
      if (!quiet && !end) return 'untilRelease';
      this.#parts.floor.unblock(line);
      if (end) {
        line.endsInRow = ENDS_PER_TALKSPURT;
        return 'untilRelease';
      }
    }
    // One with both flags is a talkspurt of its own.
    if (!end || start) return this.#parts.floor.start(line, seq);
    if (line.bar !== null) return 'notAllowed';
    // Or else a talker could talk past the floor, and unseen, with the end flag on each frame.
    return line.endsInRow >= ENDS_PER_TALKSPURT ? 'repeatedEnd' : null;
  }

  #forward(line: TalkLine, { end, seq }: SenderPart, body: Uint8Array): DropReason | null {
    const { paths, compiler, floor } = this.#parts;
    if (line.target.stale) compiler.compile(line.target);
    if (line.groupsVersion !== paths.version) {
      line.groups = paths.group(line.sinks);
      line.groupsVersion = paths.version;
    }
    const transmission = line.target.transmission;
    if (transmission !== null && transmission.lastSeq !== seq) {
      transmission.lastSeq = seq;
      transmission.frames++;
    }
    const reason = line.groups.length > 0 ? this.#send(line, body) : null;
    if (end) {
      line.endsInRow++;
      floor.release(line, 'released');
    }
    return reason;
  }

  #send(line: TalkLine, body: Uint8Array): DropReason | null {
    const { forwarded } = this.#parts.counters;
    const { groups, priority, route, sender } = line;
    const packet = buildDownlinkPacket(route.view.handle, sender.source.handle, body);
    let reason: DropReason | null = null;
    for (const { transport, sinks } of groups) {
      try {
        transport.sendMany(packet, sinks, priority);
        forwarded.add(sinks.length);
      } catch {
        // A transport that fails must not take the frame from the listeners of the others.
        reason = 'transportFailed';
      }
    }
    return reason;
  }
}
