import { expect } from 'chai';
import {
  buildBundle,
  buildDatagram,
  buildDownlinkPacket,
  buildMessage,
  buildPayload,
  buildPing,
  buildProbe,
  buildUplinkBody,
  createHopKey,
  encodeSframeHeader,
  PacketType,
  parseBundle,
  parseDatagram,
  parseDownlinkBody,
  parseMessage,
  parsePayload,
  parsePing,
  parseProbe,
  parseSenderPart,
  parseSframeHeader,
  parseUplinkBody,
  writeSenderPart,
} from '../../src/index.node.js';
import { mutate } from './mutation.js';
import { SeededRandom } from './seeded-random.js';

/** Of each kind of input: random, mutated, valid. */
const INPUTS = 20_000;

type Result = { readonly ok: true } | { readonly ok: false; readonly reason: string };

interface Target {
  readonly parse: (bytes: Uint8Array) => Result;
  readonly valid: (random: SeededRandom) => Uint8Array;
  readonly reasons: readonly string[];
}

const hopKey = createHopKey(new Uint8Array(32));

function senderPart(random: SeededRandom): Uint8Array {
  const out = new Uint8Array(8);
  writeSenderPart(out, 0, {
    start: random.below(2) === 0,
    end: random.below(2) === 0,
    durationMs: random.pick([10, 20, 40, 60]),
    level: random.below(256),
    seq: random.below(0x1_0000),
    time: random.below(2 ** 32),
  });
  return out;
}

function uplinkBody(random: SeededRandom): Uint8Array {
  const sealed = random.bytes(19 + random.below(120));
  return buildUplinkBody(random.below(0x1_0000), senderPart(random), sealed);
}

function downlinkBody(random: SeededRandom): Uint8Array {
  return buildDownlinkPacket(random.below(9), random.below(9), uplinkBody(random)).subarray(1);
}

function bundle(random: SeededRandom): Uint8Array {
  return buildBundle(Array.from({ length: 1 + random.below(16) }, () => downlinkBody(random)));
}

function ping(random: SeededRandom): Uint8Array {
  return buildPing({ id: random.below(2 ** 32), mediaSent: 1, mediaReceived: random.below(99) });
}

function probe(random: SeededRandom): Uint8Array {
  const step = random.pick([0, 1, 2] as const);
  return buildProbe({ step, challenge: step === 0 ? new Uint8Array(8) : random.bytes(8) });
}

function payload(random: SeededRandom): Uint8Array {
  const tlv = Array.from({ length: random.below(4) }, () => ({
    type: random.below(256),
    value: random.bytes(random.below(20)),
  }));
  return buildPayload(random.bytes(random.below(60)), tlv);
}

function datagram(random: SeededRandom): Uint8Array {
  const [type, build] = random.pick([
    [PacketType.media, uplinkBody],
    [PacketType.ping, ping],
    [PacketType.pong, ping],
    [PacketType.probe, probe],
  ] as const);
  return buildDatagram(type, random.below(2 ** 32), random.below(2 ** 32), build(random), hopKey);
}

const message = (random: SeededRandom): Uint8Array =>
  buildMessage(random.pick([PacketType.media, PacketType.ping]), uplinkBody(random));

const sframeHeader = (random: SeededRandom): Uint8Array =>
  encodeSframeHeader(random.below(2 ** 32) >>> random.below(32), random.below(2 ** 32));

const FRAME_REASONS = ['truncated', 'tooLong', 'reservedBits'];
const DATAGRAM_REASONS = ['truncated', 'tooLong', 'foreign', 'reservedType', 'serverOnlyType'];
const TARGETS: Readonly<Record<string, Target>> = {
  'sender part': {
    parse: (bytes) => parseSenderPart(bytes, 0),
    valid: senderPart,
    reasons: ['truncated', 'reservedBits'],
  },
  'uplink body': { parse: parseUplinkBody, valid: uplinkBody, reasons: FRAME_REASONS },
  'downlink body': { parse: parseDownlinkBody, valid: downlinkBody, reasons: FRAME_REASONS },
  bundle: {
    parse: parseBundle,
    valid: bundle,
    reasons: ['truncated', 'tooLong', 'empty', 'tooMany'],
  },
  ping: { parse: parsePing, valid: ping, reasons: ['badLength'] },
  probe: {
    parse: parseProbe,
    valid: probe,
    reasons: ['badLength', 'unknownStep', 'challengeInAsk'],
  },
  payload: { parse: parsePayload, valid: payload, reasons: ['truncated', 'malformedExtension'] },
  datagram: { parse: parseDatagram, valid: datagram, reasons: DATAGRAM_REASONS },
  message: { parse: parseMessage, valid: message, reasons: ['truncated', 'unknownType'] },
  'SFrame header': {
    parse: (bytes) => parseSframeHeader(bytes, 0),
    valid: sframeHeader,
    reasons: ['truncated', 'nonMinimal', 'outOfRange'],
  },
};

const ROOM = 65_536;
const POISONED = [
  { pool: new Uint8Array(ROOM).fill(0x00), before: 64 },
  { pool: new Uint8Array(ROOM).fill(0xff), before: 67 },
] as const;

/**
 * Parses the input as a slice of two larger buffers that differ in everything around it and in its
 * place. A read outside the slice shows as two different answers. Plain comparisons, because an
 * assertion library would take most of the time of the run.
 */
function parseAmongPoison(target: Target, input: Uint8Array): Result {
  const snapshots: string[] = [];
  let result: Result | undefined;
  for (const { pool, before } of POISONED) {
    const poison = pool[0] ?? NaN;
    const slice = pool.subarray(before, before + input.length);
    slice.set(input);
    result = target.parse(slice);
    snapshots.push(snapshotOf(result, slice));
    slice.fill(poison);
    if (pool[before - 1] !== poison || pool[before + input.length] !== poison) {
      throw new Error('the parser wrote beside its input');
    }
  }
  if (result === undefined || snapshots[0] !== snapshots[1]) {
    throw new Error(`what is around the input changed the result: ${snapshots.join(' / ')}`);
  }
  return result;
}

/** The result as text; views by place and length, which have to lie inside the slice. */
function snapshotOf(value: unknown, slice: Uint8Array): string {
  if (value instanceof Uint8Array) {
    const start = value.byteOffset - slice.byteOffset;
    const inside = start >= 0 && start + value.byteLength <= slice.byteLength;
    if (value.buffer !== slice.buffer || !inside) throw new Error('a view outside the input');
    return `[${start}+${value.byteLength}]`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  let text = '';
  for (const [key, inner] of Object.entries(value)) text += `${key}:${snapshotOf(inner, slice)} `;
  return `{${text}}`;
}

function parsedOrRefused(target: Target, input: Uint8Array): string {
  const result = parseAmongPoison(target, input);
  if (result.ok) return 'ok';
  if (!target.reasons.includes(result.reason)) throw new Error(`reason "${result.reason}"`);
  return result.reason;
}

/** Names the input that did it, so that a find becomes a test case without the seed too. */
function checked(target: Target, input: Uint8Array): string {
  try {
    return parsedOrRefused(target, input);
  } catch (cause) {
    const hex = Buffer.from(input).toString('hex');
    throw new Error(`the parser failed on "${hex}": ${String(cause)}`, { cause });
  }
}

describe('fuzzed parsers', () => {
  const seed = Number(process.env['SIDETONE_FUZZ_SEED'] ?? Date.now() % 2 ** 32) >>> 0;

  for (const [name, target] of Object.entries(TARGETS)) {
    it(`answer any bytes as a ${name} with a result or a reason (SIDETONE_FUZZ_SEED=${seed})`, function () {
      this.timeout(60_000);
      const random = new SeededRandom(seed);
      const outcomes = new Set<string>();
      for (let i = 0; i < INPUTS; i++) {
        outcomes.add(
          checked(target, random.bytes(random.below(random.below(8) === 0 ? 1400 : 64))),
        );
        outcomes.add(checked(target, mutate(target.valid(random), random)));
      }
      expect(outcomes.size, 'the run reached refusals and valid inputs').to.be.at.least(2);
      for (let i = 0; i < 1000; i++) {
        expect(checked(target, target.valid(random))).to.equal('ok');
      }
    });
  }
});
