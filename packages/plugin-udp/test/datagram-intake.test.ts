import { createSocket } from 'node:dgram';
import { randomBytes } from 'node:crypto';
import { MemoryMetrics } from '@sidetone/core';
import {
  buildDatagram,
  buildProbe,
  createHopKey,
  HOP_KEY_BYTES,
  PacketType,
  ProbeStep,
} from '@sidetone/protocol';
import { createRecordingLogger, createFakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import { Connection } from '../src/connection.js';
import { ConnectionTable } from '../src/connection-table.js';
import { DatagramIntake } from '../src/datagram-intake.js';
import { createDropCounters } from '../src/drop-counters.js';
import { createPathCounters } from '../src/path-counters.js';

describe('a datagram from port 0', () => {
  it('is dropped before anything is sent there, which would throw', () => {
    const metrics = new MemoryMetrics();
    const connections = new ConnectionTable();
    const uplinkKey = randomBytes(HOP_KEY_BYTES);
    connections.add(
      new Connection({
        session: { id: 'session', handle: 1 },
        id: 7,
        uplinkKey,
        downlinkKey: randomBytes(HOP_KEY_BYTES),
        nowMs: 0,
      }),
    );
    const socket = createSocket('udp4');
    const intake = new DatagramIntake({
      log: createRecordingLogger(),
      clock: createFakeClock(),
      connections,
      dropped: createDropCounters(metrics),
      paths: createPathCounters(metrics),
      transport: {} as never,
      ingress: {} as never,
      send: (bytes, address, port) => socket.send(bytes, port, address),
    });
    const ask = buildProbe({ step: ProbeStep.ask, challenge: new Uint8Array(8) });
    const datagram = buildDatagram(PacketType.probe, 7, 0, ask, createHopKey(uplinkKey));
    try {
      intake.receive(datagram, '127.0.0.1', 0);
    } finally {
      socket.close();
    }
    expect(metrics.snapshot()['udp.dropped.noPort']).to.equal(1);
  });
});
