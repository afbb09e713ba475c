import { encodeRequest, methods } from '@sidetone/protocol';
import { expect } from 'chai';
import { Type } from 'typebox';
import { AccessPolicy, Authenticator, VoiceTransport, type Plugin } from '../../src/index.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { refusalOf, type TestPeer } from './test-peer.js';

const instance = 'A'.repeat(22);

describe('Signing in', () => {
  let door: OpenDoor;

  afterEach(() => door.server.stop());

  it('says hello first and nothing else', async () => {
    door = await openDoor();
    const peer = door.connect();
    expect(peer.notifications.map(({ method }) => method)).to.deep.equal(['hello']);
    expect(peer.heard('hello')[0]).to.include({ protocol: 'sidetone.v1' });
    expect(peer.heard('hello')[0]?.['authentication']).to.deep.equal(['guest']);
  });

  it('answers who the guest is, then sends the snapshot, in which the guest is', async () => {
    door = await openDoor([], { initialChannels: ['Command', 'Flight'] });
    const peer = door.connect();
    const welcome = await peer.signIn('Ann');
    expect(welcome.user).to.include({ name: 'Ann', guest: true });
    expect(welcome.permissions).to.include('JOIN').and.not.include('KICK');
    const [part] = peer.heard('snapshotPart') as unknown as {
      last: boolean;
      channels: { name: string }[];
      participants: { session: string }[];
    }[];
    expect(part?.last).to.equal(true);
    expect(part?.channels.map(({ name }) => name)).to.deep.equal(['Command', 'Flight']);
    expect(part?.participants.map(({ session }) => session)).to.deep.equal([welcome.session]);
  });

  it('refuses every other method until then, known or not', async () => {
    door = await openDoor();
    const peer = door.connect();
    expect(await refusalOf(peer.request('session.close', {}))).to.equal('NOT_AUTHENTICATED');
    expect(await refusalOf(peer.ask('no.such', {}))).to.equal('METHOD_NOT_FOUND');
  });

  it('says which connections may be ended for others: those that sign nobody in', async () => {
    door = await openDoor();
    const peer = door.connect();
    expect(peer.idle).to.equal(true);
    expect(await refusalOf(peer.request('session.close', {}))).to.equal('NOT_AUTHENTICATED');
    expect(peer.idle).to.equal(true);
    const refused = peer.signIn('');
    expect(peer.idle).to.equal(false);
    expect(await refusalOf(refused)).to.equal('INVALID_PARAMS');
    expect(peer.idle).to.equal(true);
    await peer.signIn('Ann');
    expect(peer.idle).to.equal(false);
    peer.vanish();
    expect(peer.idle).to.equal(false);
  });

  it('closes a connection that stays silent', async () => {
    door = await openDoor();
    const peer = door.connect();
    door.clock.advance(4999);
    expect(peer.closeReason).to.equal(null);
    door.clock.advance(1);
    expect(peer.closeReason).to.equal('AUTHENTICATION_TIMEOUT');
  });

  it('names the path of a wrong parameter', async () => {
    door = await openDoor();
    const peer = door.connect();
    const refused = peer.ask('session.authenticate', {
      method: 'guest',
      credentials: {},
      instance: 'x',
    });
    expect(await refusalOf(refused)).to.equal('INVALID_PARAMS');
    await refused.catch((error: { body: { data: { details: object } } }) => {
      expect(error.body.data.details).to.deep.equal({ path: '/instance' });
    });
  });

  it('names the ways to sign in to who tries another', async () => {
    door = await openDoor();
    const refused = door
      .connect()
      .request('session.authenticate', { method: 'password', credentials: {}, instance });
    await refused.then(
      () => expect.fail('it was accepted'),
      (error: Error) => expect(error.message).to.include('"guest"'),
    );
  });

  it('gives up on a connection after five failures', async () => {
    door = await openDoor();
    const peer = door.connect();
    for (let failure = 0; failure < 5; failure += 1) {
      expect(await refusalOf(peer.signIn(''))).to.equal('INVALID_PARAMS');
    }
    expect(peer.closeReason).to.equal('AUTHENTICATION_FAILED');
  });

  it('lets who was refused for the moment come back, though not on this connection for ever', async () => {
    const busy: Plugin = {
      name: 'busy',
      version: '1.0.0',
      provides: [Authenticator],
      setup(ctx) {
        const refusal = { ok: false, code: 'RATE_LIMITED', message: 'later' } as const;
        ctx.provide(Authenticator, () => ({
          method: 'guest',
          authenticate: () => Promise.resolve(refusal),
        }));
      },
    };
    door = await openDoor([busy]);
    const peer = door.connect();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await refusalOf(peer.signIn('Ann'))).to.equal('RATE_LIMITED');
    }
    expect(peer.closeReason).to.equal('RATE_LIMITED');
  });

  it('opens no session for a connection that ended meanwhile', async () => {
    let release: () => void = () => {};
    const slow: Plugin = {
      name: 'slow',
      version: '1.0.0',
      provides: [Authenticator],
      setup(ctx) {
        ctx.provide(Authenticator, () => ({
          method: 'slow',
          authenticate: async () => {
            await new Promise<void>((resolve) => (release = resolve));
            const userId = '00000000-0000-4000-8000-000000000001';
            return { ok: true, identity: { userId, displayName: 'Late', guest: false } };
          },
        }));
      },
    };
    door = await openDoor([slow]);
    const peer = door.connect();
    peer.receive(
      encodeRequest(1, 'session.authenticate', { method: 'slow', credentials: {}, instance }),
    );
    await settle();
    peer.vanish();
    release();
    await settle();
    expect(door.server.organization().participants.list()).to.deep.equal([]);
  });

  it('answers SERVER-side failures as INTERNAL_ERROR, with the cause in the log only', async () => {
    const broken: Plugin = {
      name: 'broken',
      version: '1.0.0',
      provides: [AccessPolicy],
      setup(ctx) {
        ctx.provide(AccessPolicy, () => ({
          load: () => Promise.reject(new Error('the policy has a secret reason')),
          onChange: () => () => {},
        }));
      },
    };
    door = await openDoor([broken]);
    const refused = door.connect().signIn('Ann');
    await refused.then(
      () => expect.fail('it was accepted'),
      (error: Error & { code?: string }) => {
        expect(error.code).to.equal('INTERNAL_ERROR');
        expect(error.message).not.to.include('secret reason');
      },
    );
    expect(door.log.messages('error')).to.not.deep.equal([]);
  });

  it('counts a throw of the policy as a no, for that session alone, and logs it once', async () => {
    const broken: Plugin = {
      name: 'broken',
      version: '1.0.0',
      provides: [AccessPolicy],
      setup(ctx) {
        ctx.provide(AccessPolicy, () => ({
          load: async ({ identity }) => ({
            allows: () => {
              if (identity.displayName === 'Ann') throw new Error('the policy is broken');
              return true;
            },
            explain: () => ({ allowed: true, because: [] }),
          }),
          onChange: () => () => {},
        }));
      },
    };
    door = await openDoor([broken]);
    const ann = await door.enter('Ann');
    const bob = await door.enter('Bob');
    const channel = door.server.organization().channels.find('Lobby')?.id ?? expect.fail();
    await bob.request('channel.join', { channel });
    expect(await refusalOf(ann.request('channel.join', { channel }))).to.equal('NOT_FOUND');
    expect(ann.events).to.deep.equal([]);
    expect(door.log.messages('error')).to.have.length(1);
  });

  it('leaves no session behind when a voice transport fails to make its offer', async () => {
    const broken: Plugin = {
      name: 'broken',
      version: '1.0.0',
      provides: [VoiceTransport],
      setup(ctx) {
        ctx.provide(VoiceTransport, () => ({
          name: 'udp',
          frames: 'sealed' as const,
          offer: () => {
            throw new Error('no socket');
          },
          detach: () => undefined,
          sendMany: () => undefined,
        }));
      },
    };
    door = await openDoor([broken]);
    expect(await refusalOf(door.connect().signIn('Ann'))).to.equal('INTERNAL_ERROR');
    expect(door.server.organization().participants.list()).to.deep.equal([]);
  });

  it('splits a snapshot of many channels into parts of at most 32 KiB and paces them', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `Net ${index} ${'x'.repeat(60)}`);
    door = await openDoor([], { initialChannels: names });
    const peer = door.connect();
    const sent: number[] = [];
    const send = peer.send.bind(peer);
    peer.send = (message: string): void => {
      if (message.includes('"snapshotPart"')) {
        sent.push(Buffer.byteLength(message));
        peer.queuedBytes += 65_537;
      }
      send(message);
    };
    await peer.signIn('Ann');
    const events = peer.events.length;
    await door.server.organization().channels.create({ name: 'Late' });
    expect(sent).to.have.lengthOf(1);
    expect(peer.events).to.have.lengthOf(events);
    for (let drains = 0; drains < 8; drains += 1) peer.drain();
    expect(sent.length).to.be.greaterThan(1);
    expect(Math.max(...sent)).to.be.at.most(32 * 1024);
    expect(peer.notifications.at(-1)).to.have.property('method', 'channelCreated');
    const total = peer.heard('snapshotPart').flatMap(({ channels }) => channels as unknown[]);
    expect(total).to.have.lengthOf(200);
  });

  it('keeps answers behind the state that they have changed, also while the snapshot is read', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `Net ${index} ${'x'.repeat(60)}`);
    door = await openDoor([], { initialChannels: names });
    const peer = door.connect();
    const sent: string[] = [];
    const send = peer.send.bind(peer);
    peer.send = (message: string): void => {
      sent.push(message);
      if (message.includes('"snapshotPart"')) peer.queuedBytes += 65_537;
      send(message);
    };
    await peer.signIn('Ann');
    const channel = door.server.organization().channels.list()[0]?.id ?? '';
    const joined = peer.request('channel.join', { channel });
    await settle();
    expect(sent.at(-1)).to.include('"snapshotPart"');
    for (let drains = 0; drains < 8; drains += 1) peer.drain();
    await joined;
    const event = sent.findIndex((message) => message.includes('"membershipChanged"'));
    const answer = sent.findIndex((message) => message.includes('"result":{"membership"'));
    const lastPart = sent.findIndex((message) => message.includes('"last":true'));
    expect([lastPart, event, answer]).to.deep.equal([lastPart, lastPart + 1, lastPart + 2]);
  });

  it('refuses a second authentication on the same connection', async () => {
    door = await openDoor();
    const ann = await door.enter('Ann');
    expect(await refusalOf(ann.signIn('Eve'))).to.equal('INVALID_REQUEST');
    const resume = { token: 'x'.repeat(43), instance: 'x'.repeat(22), lastSeq: null };
    expect(await refusalOf(ann.request('session.resume', resume))).to.equal('INVALID_REQUEST');
  });

  it('answers methods of later versions with METHOD_NOT_FOUND', async () => {
    door = await openDoor();
    const ann = await door.enter('Ann');
    for (const method of ['user.list', 'room.list']) {
      expect(await refusalOf(ann.ask(method, {})), method).to.equal('METHOD_NOT_FOUND');
    }
  });

  it('refuses wrong params of every method with the path, and stays', async () => {
    door = await openDoor([], { limits: { commandBurst: 1000 } });
    const ann = await door.enter('Ann');
    for (const [name, { params }] of Object.entries(methods)) {
      if (name === 'session.authenticate' || name === 'session.resume') continue;
      if (Object.keys(params.properties).length === 0) continue;
      const wrong = Object.fromEntries(
        Object.keys(params.properties).map((key) => [key, { no: 1 }]),
      );
      expect(await refusalOf(ann.ask(name, wrong)), name).to.equal('INVALID_PARAMS');
    }
    expect(ann.closeReason).to.equal(null);
  });

  it('gives plugins methods and events of their own', async () => {
    const chat: Plugin = {
      name: 'chat',
      version: '1.0.0',
      setup(ctx) {
        const said = ctx.event('chat.said', Type.Object({ text: Type.String() }));
        ctx.guard('chat.say', ({ params }) =>
          params['text'] === 'spam'
            ? { allow: false, code: 'ACCESS_DENIED', message: 'no spam' }
            : { allow: true },
        );
        ctx.method(
          'chat.say',
          {
            params: Type.Object({ text: Type.String({ maxLength: 10 }) }),
            result: Type.Object({ length: Type.Integer() }),
          },
          ({ text }, { sessionId }) => {
            said([sessionId], { text });
            return { length: text.length };
          },
        );
      },
    };
    door = await openDoor([chat]);
    const ann: TestPeer = await door.enter('Ann');
    expect(ann.heard('hello')[0]?.['features']).to.deep.equal(['chat.say', 'chat.said']);
    expect(await ann.ask('chat.say', { text: 'over' })).to.deep.equal({ length: 4 });
    expect(ann.heard('chat.said')).to.deep.equal([{ text: 'over' }]);
    expect(await refusalOf(ann.ask('chat.say', { text: 'spam' }))).to.equal('ACCESS_DENIED');
    expect(await refusalOf(ann.ask('chat.say', { text: 'x'.repeat(11) }))).to.equal(
      'INVALID_PARAMS',
    );
  });
});
