import { expect } from 'chai';
import { ImpairedVoice } from '../support/impaired-voice.js';

const FRAME_MS = 20;
/** A silent death is noticed within 3.5 s; twice that, because this machine may be busy. */
const MOST_LOST = (2 * 3_500) / FRAME_MS;

/** What each scenario sees; they run side by side, since most of their time is waiting. */
const scenarios = {
  async uplink() {
    return dying('uplink');
  },
  async downlink() {
    return dying('downlink');
  },
  async both() {
    return dying('both');
  },
  async refused() {
    return withVoice(async (voice) => {
      // Nobody is at the port any more, and the system says so.
      await voice.network.close();
      await voice.bothOn('websocket');
      await voice.heard(50);
      return { ways: [...voice.ways], failures: voice.failures, ...(await voice.hush()) };
    });
  },
  async rebound() {
    return withVoice(async (voice) => {
      const before = [...voice.network.sourcePorts().values()];
      for (let times = 0; times < 3; times++) {
        await voice.network.rebind();
        await voice.heard(50);
      }
      const after = [...voice.network.sourcePorts().values()];
      return { before, after, ways: [...voice.ways], ...(await voice.hush()) };
    });
  },
  async lossy() {
    return withVoice(async ({ network, talker, listener, heard }) => {
      const said: string[] = [];
      let loss = 0;
      for (const [name, client] of Object.entries({ talker, listener })) {
        client.on('voiceQualityChanged', ({ quality: { level, reasons, uplinkLoss } }) => {
          said.push([name, level, ...reasons].join(' '));
          if (name === 'talker') loss = Math.max(loss, uplinkLoss ?? 0);
        });
      }
      network.set('uplink', { lossRate: 0.4 });
      await heard(180);
      network.requireStruck('uplink', 'lost', 50);
      network.set('uplink', {});
      await heard(500);
      return { said: [...said], loss, level: talker.voice?.quality.level };
    });
  },
  async hinted() {
    return withVoice(async (voice) => {
      const before = voice.network.sourcePorts().size;
      voice.talker.hintNetworkChanged();
      voice.listener.hintNetworkChanged();
      await voice.heard(50);
      await voice.bothOn('udp');
      await voice.heard(50);
      const sockets = voice.network.sourcePorts().size - before;
      return { sockets, failures: voice.failures, ...(await voice.hush()) };
    });
  },
};

async function dying(direction: 'uplink' | 'downlink' | 'both') {
  return withVoice(async (voice) => {
    voice.network.cut(direction);
    await voice.bothOn('websocket');
    await voice.heard(50);
    const ways = [...voice.ways];
    for (const each of direction === 'both' ? (['uplink', 'downlink'] as const) : [direction]) {
      voice.network.requireStruck(each, 'cut', 10);
    }
    voice.network.heal(direction);
    await voice.bothOn('udp');
    await voice.heard(50);
    return { ways, failures: voice.failures, ...(await voice.hush()) };
  });
}

async function withVoice<T>(run: (voice: ImpairedVoice) => Promise<T>): Promise<T> {
  const voice = await ImpairedVoice.start();
  try {
    return await run(voice);
  } finally {
    await voice.end();
  }
}

type Scenario = keyof typeof scenarios;
type Outcome<S extends Scenario> = Awaited<ReturnType<(typeof scenarios)[S]>>;

describe('Voice on a real network', function () {
  this.timeout(90_000);

  const running = new Map<Scenario, Promise<PromiseSettledResult<unknown>[]>>();

  before(() => {
    for (const name of Object.keys(scenarios) as Scenario[]) {
      running.set(name, Promise.allSettled([scenarios[name]()]));
    }
  });
  after(() => Promise.all(running.values()));

  async function outcome<S extends Scenario>(name: S): Promise<Outcome<S>> {
    const [settled] = (await running.get(name)) ?? [];
    if (settled?.status !== 'fulfilled') throw settled?.reason;
    return settled.value as Outcome<S>;
  }

  for (const direction of ['uplink', 'downlink', 'both'] as const) {
    it(`goes over both paths, then over the WebSocket when UDP dies silently (${direction}), and back`, async () => {
      const { ways, failures, doubled, missing } = await outcome(direction);
      for (const who of ['talker', 'listener']) {
        const own = ways.filter((each) => each.startsWith(`${who} up`));
        expect(own).to.deep.equal([`${who} up both`, `${who} up websocket`]);
        expect(failures.filter((each) => each.startsWith(who))).to.have.length(1);
      }
      expect(doubled).to.equal(0);
      expect(missing).to.be.at.most(MOST_LOST);
    });
  }

  it('goes over the WebSocket at once when the system refuses', async () => {
    const { ways, failures, doubled, missing } = await outcome('refused');
    for (const who of ['talker', 'listener']) {
      const own = ways.filter((each) => each.startsWith(`${who} up`));
      expect(own).to.deep.equal([`${who} up websocket`]);
    }
    expect(failures.filter((each) => each.includes('ECONNREFUSED'))).to.have.length(2);
    expect(doubled).to.equal(0);
    // The listener has to ask before it is told: 70 ms, and time to be answered in.
    expect(missing).to.be.at.most(25);
  });

  it('stays on UDP when a NAT forgets both ends again and again', async () => {
    const { before, after, ways, doubled, missing } = await outcome('rebound');
    expect(after.filter((port) => before.includes(port))).to.deep.equal([]);
    expect(ways).to.deep.equal([]);
    expect(doubled).to.equal(0);
    expect(missing).to.be.at.most(3 * 25);
  });

  it('tells the one who talks that his words get lost, nobody else, and when it is over', async () => {
    const { said, loss, level } = await outcome('lossy');
    expect(said[0]).to.match(/^talker (fair|poor) uplink$/);
    expect(said).to.include('talker poor uplink');
    expect(said.filter((each) => /listener .*(uplink|downlink)/.test(each))).to.deep.equal([]);
    // The worst that was told; of no more than some seconds each.
    expect(loss).to.be.within(0.15, 0.9);
    expect(level).to.equal('good');
  });

  it('loses and doubles nothing when the app says that the network has changed', async () => {
    const { sockets, failures, doubled, missing } = await outcome('hinted');
    expect(sockets, 'new sockets').to.equal(2);
    expect(failures).to.deep.equal([]);
    expect({ doubled, missing }).to.deep.equal({ doubled: 0, missing: 0 });
  });
});
