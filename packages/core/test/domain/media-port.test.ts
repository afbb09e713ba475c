import { expect } from 'chai';
import type { OpenedFrame } from '../../src/index.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';

describe('A media port of the embedding program', () => {
  let door: OpenDoor;

  beforeEach(async () => {
    door = await openDoor();
  });

  afterEach(() => door.server.stop());

  it('is seen by everybody, talks to another port, and is heard with its own bytes', async () => {
    const ann = await door.enter('Ann');
    const organization = door.server.organization();
    const lobby = organization.channels.find('Lobby')?.id ?? '';
    const heard: OpenedFrame[] = [];
    const announcer = organization.as('announcer').openMediaPort({
      displayName: 'Announcer',
      frames: 'opened',
      onFrame: () => undefined,
    });
    const recorder = organization.openMediaPort({
      displayName: 'Recorder',
      frames: 'opened',
      onFrame: (frame) => heard.push(frame),
    });
    await announcer.join(lobby);
    await recorder.join(lobby);
    await ann.request('channel.join', { channel: lobby });
    const target = await announcer.register({ channels: [lobby] });
    await settle();
    const names = ann
      .heard('participantJoined')
      .map(({ participant }) => (participant as { user: { name: string } }).user.name);
    expect(names).to.deep.equal(['Announcer', 'Recorder']);

    const packets = [Uint8Array.of(0x78, 1, 2, 3), Uint8Array.of(0x78, 4, 5, 6)];
    target.send(packets[0] as Uint8Array);
    target.send(packets[1] as Uint8Array, { end: true });
    expect(heard.map(({ opus }) => [...opus])).to.deep.equal(packets.map((packet) => [...packet]));
    expect(heard.map(({ talker }) => talker)).to.deep.equal([
      announcer.sessionId,
      announcer.sessionId,
    ]);
    expect(ann.heard('transmissionStarted')).to.have.lengthOf(1);
    expect(ann.heard('transmissionEnded')).to.have.lengthOf(1);

    announcer.close();
    expect(ann.events.at(-1)?.params).to.include({ session: announcer.sessionId, reason: 'left' });
    await announcer.join(lobby).then(
      () => expect.fail('a closed port joined'),
      (error: unknown) => expect(error).to.have.property('code', 'ERR_MEDIA_PORT_CLOSED'),
    );
    recorder.close();
  });

  it('is told when somebody ends it', async () => {
    const ends: string[] = [];
    const organization = door.server.organization();
    const port = organization.openMediaPort({
      displayName: 'Recorder',
      frames: 'sealed',
      onFrame: () => undefined,
      onClose: (reason) => ends.push(reason),
    });
    await organization.participants.kick(port.sessionId);
    expect(ends).to.deep.equal(['KICKED']);
  });

  it('may shout, which guests may not', async () => {
    const organization = door.server.organization();
    const { id: top } = await organization.channels.create({ name: 'Operations' });
    const { id: below } = await organization.channels.create({ name: 'Wing', parent: top });
    const heard: OpenedFrame[] = [];
    const listener = organization.openMediaPort({
      displayName: 'Listener',
      frames: 'opened',
      onFrame: (frame) => heard.push(frame),
    });
    await listener.join(below);
    const commander = organization.openMediaPort({
      displayName: 'Commander',
      frames: 'opened',
      onFrame: () => undefined,
    });
    const shout = await commander.register({ subtree: top });
    await settle();
    shout.send(Uint8Array.of(0x78, 9), { end: true });
    expect(heard.map(({ route }) => route.kind)).to.deep.equal(['shout']);
    const ann = await door.enter('Ann');
    const refused = await ann
      .request('talk.register', { target: { subtree: top } })
      .catch((error: { code: string }) => error.code);
    expect(refused).to.equal('ACCESS_DENIED');
  });
});
