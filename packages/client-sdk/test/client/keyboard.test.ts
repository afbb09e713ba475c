import { expect } from 'chai';
import { WireError, type VoiceError } from '@sidetone/protocol';
import { samplesSource } from '../../src/audio/pcm-source.js';
import type { ClientEventName } from '../../src/client/client-events.js';
import type { TalkKeyboardOptions } from '../../src/talk/talk-keyboard-options.js';
import type { TalkKeyboard } from '../../src/talk/talk-keyboard.js';
import type { TalkTarget } from '../../src/talk/talk-target.js';
import { connectedClient } from '../support/connected-client.js';
import { latest, scene, type Scene } from '../support/scene.js';

interface Desk extends Scene {
  readonly keys: TalkKeyboard;
  readonly lobby: TalkTarget;
  readonly command: TalkTarget;
  readonly told: string[];
  /** Captures for so long, in frames of 20 ms. */
  capture(forMs: number, value?: number): Promise<void>;
  /** Flags of the frames on a net: S start, E end, 0 empty, each with how often it was sent. */
  sent(net: string): string;
}

const EVENTS: readonly ClientEventName[] = [
  'talkedWhileMuted',
  'signalMissed',
  'hotMicNoticed',
  'hotMicStopped',
];

async function desk(
  options: (lobby: TalkTarget) => TalkKeyboardOptions = () => ({}),
): Promise<Desk> {
  const made = await scene();
  const { client, clock, server } = made;
  const lobby = await (await client.channels.join('Lobby')).talk();
  const command = await (await client.channels.join('Command')).talk();
  const keys = client.talk.keyboard(options(lobby));
  keys.bind(1, command);
  keys.bind(2, lobby);
  const told: string[] = [];
  for (const event of EVENTS) client.on(event, () => void told.push(event));
  client.on('onAirChanged', ({ onAir }) => {
    const names = onAir.map(
      ({ target, sinceMs }) => `${target === command ? 'command' : 'lobby'} since ${sinceMs}`,
    );
    told.push(`on air: ${names.join(', ') || 'nothing'}`);
  });
  const capture = async (forMs: number, value = 0.25): Promise<void> => {
    for (let ms = 0; ms < forMs; ms += 20) {
      await clock.advanceAsync(20);
      client.talk.source().write(new Float32Array(960).fill(value));
    }
    await clock.settle();
  };
  const sent = (net: string): string => {
    const { id } = server.routeOf(net).view;
    const flags = server.frames
      .filter(({ routeId }) => routeId === id)
      // 8 handle, sender part and seal: what is left of an empty frame.
      .map(({ sender, bytes }) => {
        return `${sender.start ? 'S' : ''}${sender.end ? 'E' : ''}${bytes < 100 ? '0' : '.'}`;
      });
    return flags.join('').replace(/\.{2,}/g, (run) => `[${run.length}]`);
  };
  return { ...made, keys, lobby, command, told, capture, sent };
}

const seqs = ({ server }: Desk, net: string): number[] =>
  server.frames
    .filter(({ routeId }) => routeId === server.routeOf(net).view.id)
    .map(({ sender }) => sender.seq);

const codeOf = (run: () => unknown): string => {
  try {
    run();
    return 'nothing';
  } catch (error) {
    return (error as VoiceError).code;
  }
};

describe('A keyboard', () => {
  it('sends the pre-roll at once when a key goes down, with S first and every frame in its time', async () => {
    const it = await desk();
    await it.capture(1_000);
    it.keys.press(1);
    expect(it.sent('Command')).to.equal('');
    await it.capture(20);
    expect(it.sent('Command')).to.equal('S[4]');
    const { seq, time } = it.server.frames[0]?.sender ?? { seq: 0, time: 0 };
    const steps = it.server.frames.map(({ sender }) => [
      (sender.seq - seq + 2 ** 16) % 2 ** 16,
      (sender.time - time + 2 ** 32) % 2 ** 32,
    ]);
    expect(steps).to.deep.equal([
      [0, 0],
      [1, 960],
      [2, 1_920],
      [3, 2_880],
    ]);
    it.keys.release(1);
    await it.capture(1_000);
    expect(it.sent('Command'), 'and 140 ms behind the release').to.equal('S[10]E.E0E0');
    await it.client.close();
  });

  it('switches at the frame in which the other key goes down: an end without a sound, and a start', async () => {
    const it = await desk();
    it.keys.press(1);
    await it.capture(200);
    it.clock.advance(5);
    it.keys.release(1);
    it.keys.press(2);
    await it.capture(20);
    const [command = 0] = seqs(it, 'Command').slice(-1);
    expect(seqs(it, 'Lobby')[0], 'of the same frame').to.equal(command);
    await it.capture(200);
    expect([it.sent('Command'), it.sent('Lobby')]).to.deep.equal(['S[10]E0E0E0', 'S[11]']);
    await it.client.close();
  });

  it('keeps the handles talking that stay when another joins in or goes', async () => {
    const it = await desk();
    it.keys.press(1);
    await it.capture(200);
    it.keys.press(2);
    await it.capture(200);
    it.keys.release(2);
    await it.capture(400);
    expect(it.sent('Command')).to.equal('S[40]');
    expect(it.sent('Lobby')).to.equal('S[16]E.E0E0');
    await it.client.close();
  });

  it('says what is on air, and since when', async () => {
    const it = await desk((lobby) => ({ base: lobby, mode: 'open' }));
    const startMs = it.clock.now();
    await it.capture(100);
    it.keys.press(1);
    await it.capture(100);
    expect(it.keys.state.onAir.map(({ target }) => target === it.command)).to.deep.equal([true]);
    expect(it.keys.state.keys).to.deep.include({ key: 1, held: true, latched: false });
    it.keys.release(1);
    await it.capture(400);
    it.keys.close();
    await it.capture(100);
    expect(it.told).to.deep.equal([
      `on air: lobby since ${startMs}`,
      `on air: command since ${startMs + 100}`,
      'on air: nothing',
      `on air: lobby since ${startMs + 360}`,
      'on air: nothing',
    ]);
    await it.client.close();
  });

  it('ends what is on air when the capture stands still, and goes on when it comes back', async () => {
    const it = await desk();
    it.keys.press(1);
    await it.capture(100);
    await it.clock.advanceAsync(1_000);
    expect(it.told.at(-1)).to.equal('on air: nothing');
    expect(it.sent('Command')).to.equal('S[5]E0E0E0');
    await it.capture(100);
    expect(it.sent('Command')).to.equal('S[5]E0E0E0S[5]');
    await it.client.close();
    expect(it.clock.pending).to.equal(0);
  });

  it('lets all go at once that is held, for when releases may go unseen', async () => {
    const it = await desk();
    it.keys.press(1, 'keyboard');
    it.keys.press(1, 'gamepad');
    it.keys.press(2);
    await it.capture(200);
    it.keys.releaseAll();
    await it.capture(400);
    expect(it.keys.state.onAir).to.deep.equal([]);
    expect(it.keys.state.keys.some(({ held }) => held)).to.equal(false);
    await it.client.close();
  });

  it('leaves what is started to itself, and shows what it talks to as started', async () => {
    const it = await desk();
    it.lobby.start();
    await it.capture(200);
    it.keys.press(1);
    await it.capture(200);
    expect([it.lobby.started, it.command.started]).to.deep.equal([true, true]);
    expect([it.sent('Lobby'), it.sent('Command')]).to.deep.equal(['S[20]', 'S[13]']);
    it.lobby.stop();
    await it.capture(200);
    expect([it.sent('Lobby'), it.sent('Command')]).to.deep.equal(['S[20]E.E0E0', 'S[23]']);
    await it.client.close();
  });

  it('is silent while a target plays from its source', async () => {
    const it = await desk();
    it.keys.press(1);
    await it.capture(100);
    const played = it.lobby.play(samplesSource(new Float32Array(4 * 960).fill(0.5)));
    await it.clock.advanceAsync(200);
    await played;
    expect(it.sent('Command')).to.equal('S[5]E0E0E0');
    expect(it.sent('Lobby')).to.match(/^S\.?\[?\d?\]?.*E\.E0E0$/);
    await it.capture(100);
    expect(it.sent('Command'), 'and talks again with the key').to.equal('S[5]E0E0E0S[5]');
    await it.client.close();
  });

  it('lets a key go whose target is unregistered, and does not talk to what it is bound to next', async () => {
    const it = await desk();
    it.keys.press(1);
    await it.capture(100);
    await it.command.unregister();
    it.keys.bind(1, it.lobby);
    await it.capture(200);
    expect(it.keys.state.onAir).to.deep.equal([]);
    expect(it.sent('Lobby')).to.equal('');
    expect(codeOf(() => it.keys.bind(3, it.command))).to.equal('ERR_CLIENT_TARGET_CLOSED');
    await it.client.close();
  });

  it('lets a key go when its channel is left', async () => {
    const it = await desk();
    it.keys.press(1);
    await it.capture(100);
    const net = it.client.channels.all().find(({ name }) => name === 'Command');
    await net?.membership?.leave();
    await it.capture(200);
    expect(it.keys.state.keys).to.deep.include({ key: 1, held: false, latched: false });
    expect(it.told.at(-1)).to.equal('on air: nothing');
    await it.client.close();
  });

  it('lets a key go when the right to speak is lost', async () => {
    const it = await desk();
    it.keys.press(1);
    await it.capture(100);
    const [handle] = it.command.lanes;
    latest(it).notify('transmissionRefused', {
      handle: handle?.handle,
      route: handle?.route,
      code: 'NOT_ALLOWED_TO_SPEAK',
    });
    await it.capture(200);
    expect(it.keys.state.onAir).to.deep.equal([]);
    it.keys.release(1);
    it.keys.press(1);
    await it.capture(100);
    expect(it.keys.state.onAir, 'and tries again').to.have.length(1);
    await it.client.close();
  });

  it('hints at talk while muted, and sends nothing of it', async () => {
    const it = await desk();
    await it.client.setMuted(true);
    await it.capture(200);
    it.keys.press(1);
    await it.capture(300);
    expect(it.told).to.deep.equal([]);
    await it.capture(1_000);
    expect(it.told).to.deep.equal(['talkedWhileMuted']);
    expect([it.sent('Command'), it.keys.state.onAir.length]).to.deep.equal(['', 0]);
    await it.client.close();
  });

  it('hints at a missing signal and at a hot mic, and closes it after 20 s until the next press', async () => {
    const it = await desk();
    it.keys.press(1);
    await it.capture(21_000, 0);
    const onAir = it.told.filter((each) => each.startsWith('on air'));
    expect(it.told.filter((each) => !each.startsWith('on air'))).to.deep.equal([
      'signalMissed',
      'hotMicNoticed',
      'hotMicStopped',
    ]);
    expect(onAir.at(-1)).to.equal('on air: nothing');
    await it.capture(1_000);
    expect(it.sent('Command')).to.equal('S[1000]E0E0E0');
    it.keys.press(1);
    await it.capture(100);
    expect(it.keys.state.onAir).to.have.length(1);
    await it.client.close();
  });

  it('opens with the voice, by its level or by a probability', async () => {
    const it = await desk((lobby) => ({ base: [lobby], mode: 'voiceActivated' }));
    await it.capture(500, 0.0005);
    expect(it.sent('Lobby')).to.equal('');
    await it.capture(200);
    expect(it.sent('Lobby')).to.equal('S[13]');
    await it.capture(1_000, 0.0005);
    expect(it.sent('Lobby')).to.equal('S[24]E.E0E0');
    const half = new Float32Array(480).fill(0.0005);
    for (let i = 0; i < 10; i++) {
      it.clock.advance(20);
      it.client.talk.source().write(half, { timeMs: it.clock.now() - 20, voiceProbability: 0.2 });
      it.client.talk.source().write(half, { timeMs: it.clock.now() - 10, voiceProbability: 0.9 });
    }
    expect(it.keys.state.onAir).to.have.length(1);
    await it.client.close();
  });

  it('goes on in the session that replaces a lost one', async () => {
    const it = await desk();
    it.keys.press(1);
    await it.capture(100);
    it.server.restart();
    await it.capture(3_000);
    expect(it.keys.state.onAir).to.have.length(1);
    expect(it.command.started).to.equal(true);
    await it.client.close();
  });

  it('reads the level of its source, on air or not', async () => {
    const it = await desk();
    await it.capture(100, 0.1);
    const { rmsDbfs, peakDbfs } = it.client.talk.source().level;
    expect(rmsDbfs).to.be.closeTo(-20, 0.01);
    expect(peakDbfs).to.be.closeTo(-20, 0.01);
    await it.client.close();
  });

  it('refuses what cannot be, and says why', async () => {
    const it = await desk();
    const music = await it.client.talk.target({ channels: ['x'] }).catch(() => null);
    expect(music).to.equal(null);
    const jukebox = await it.client.talk.target(
      { channels: [it.server.channel('Lobby').id] },
      { source: 'music' },
    );
    const { keys, client } = it;
    expect(() => keys.bind(9 as 8, it.lobby)).to.throw('slot "9" is not 1 to 8');
    expect(() => keys.press(0 as 1)).to.throw('slot "0" is not 1 to 8');
    expect(() => keys.bind(1, jukebox)).to.throw('of source "music"');
    expect(() => keys.bind(1, it.lobby, { style: 'tap' as 'hold' })).to.throw('style "tap"');
    expect(() => keys.setBase([], 'vox' as 'open')).to.throw('mode "vox"');
    expect(codeOf(() => client.talk.keyboard())).to.equal('ERR_CLIENT_STATE');
    expect(codeOf(() => client.talk.keyboard({ source: 'music', preRollMs: 900 }))).to.equal(
      'ERR_CLIENT_KEYBOARD',
    );
    expect(client.talk.keyboard({ source: 'music', base: jukebox }).base).to.deep.equal([jukebox]);
    keys.close();
    expect(keys.press(1)).to.equal(false);
    expect(client.talk.keyboard().source).to.equal('microphone');
    await client.close();
  });

  it('passes on that the server has no room for another target', async () => {
    const it = await desk();
    const refusal = new WireError('LIMIT_EXCEEDED', '"16" is the limit of targets; give one up');
    it.server.refusals.set('talk.register', refusal);
    const code = await it.client.talk
      .target({ channels: [it.lobby.spec.channels?.[0] ?? ''] })
      .then(
        () => 'registered',
        (error: VoiceError) => `${error.code} ${error.message}`,
      );
    expect(code).to.equal('LIMIT_EXCEEDED "16" is the limit of targets; give one up');
    await it.client.close();
  });

  it('is heard by the others, on the net of the key alone', async () => {
    const it = await desk();
    const ben = await connectedClient(it.server, 'Ben', { clock: it.clock });
    await ben.client.channels.join('Command');
    await ben.client.channels.join('Lobby');
    const heard: string[] = [];
    ben.client.onFrame(({ route, packet }) => {
      const name = ben.client.channels.all().find(({ id }) => id === route.channel)?.name;
      if (packet.length > 0) heard.push(name ?? '');
    });
    await it.capture(200);
    it.keys.press(1);
    await it.capture(200);
    expect(heard).to.deep.equal(Array.from({ length: 13 }, () => 'Command'));
    await ben.client.close();
    await it.client.close();
  });
});
