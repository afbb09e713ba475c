import { buildDownlinkPacket, parseUplinkBody } from '@sidetone/protocol';
import type { FakePeer } from './fake-peer.js';
import type { FakeServer } from './fake-server.js';

/** To everybody who hears the route, as the talker's microphone. */
export function forwardFrame(talker: FakePeer, server: FakeServer, body: Uint8Array): void {
  const frame = parseUplinkBody(body);
  if (!frame.ok) throw new Error(frame.reason);
  const { talkHandle, sender } = frame;
  const lanes = [...talker.targets.values()].flatMap(({ handles }) => handles);
  const lane = lanes.find(({ handle }) => handle === talkHandle);
  const route = lane && server.routes.get(lane.route.id);
  if (!route) {
    server.strayFrames += 1;
    return;
  }
  const routeId = route.view.id;
  server.frames.push({
    peer: talker,
    talkHandle,
    routeId,
    sender,
    body: body.slice(),
    bytes: body.length,
  });
  const source = talker.sourceOf('microphone');
  for (const peer of route.listeners) {
    if (peer === talker) continue;
    peer.sendBinary(buildDownlinkPacket(route.view.handle, source.handle, body));
  }
}
