import { createFakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import { resolveBrowserClientOptions } from '../../src/browser/browser-client-options.js';
import { PageMedia, type MediaWorker } from '../../src/browser/page-media.js';
import type { ToMedia } from '../../src/browser/remote/media-messages.js';
import { Client } from '../../src/client/client.js';

class HeldWorker implements MediaWorker {
  onmessage: MediaWorker['onmessage'] = null;
  onerror: MediaWorker['onerror'] = null;
  readonly messages: ToMedia[] = [];
  terminated = false;

  postMessage(message: ToMedia): void {
    this.messages.push(message);
  }

  terminate(): void {
    this.terminated = true;
  }
}

function page() {
  const workers: HeldWorker[] = [];
  const fate = { failing: false };
  const media = new PageMedia(async () => {
    if (fate.failing) throw new Error('not there');
    const worker = new HeldWorker();
    workers.push(worker);
    return worker;
  });
  const options = resolveBrowserClientOptions({
    url: 'wss://voice.test',
    clock: createFakeClock(),
    voice: { playoutDelayMs: 80 },
  });
  const client = new Client(media.platform, options);
  return { media, client, workers, fate, options };
}

describe('The media plane of a page', () => {
  it('has no Worker before it is needed, one then, and tells it all that came before in order', async () => {
    const { media, client, workers } = page();
    client.talk.source('microphone');
    client.talk.source('microphone').write(new Float32Array(960));
    client.talk.source('music');
    expect(workers).to.deep.equal([]);
    await Promise.all([media.start(), media.start(), media.ports()]);
    expect(workers).to.have.lengthOf(1);
    expect(workers[0]?.messages.map(({ type }) => type)).to.deep.equal([
      'configure',
      'createSpeaker',
      'createSpeaker',
    ]);
    client.talk.source('microphone').write(new Float32Array(960));
    expect(workers[0]?.messages.at(-1)?.type).to.equal('write');
  });

  it('may be started again when its Worker could not be loaded', async () => {
    const { media, workers, fate } = page();
    fate.failing = true;
    expect(await media.start().catch(String)).to.equal('Error: not there');
    fate.failing = false;
    await media.start();
    expect(workers).to.have.lengthOf(1);
  });

  it('tells the app of what nobody has caught in its Worker', async () => {
    const { media, client, workers } = page();
    const failures: string[] = [];
    client.on('listenerFailed', ({ event, cause }) => failures.push(`${event}: ${String(cause)}`));
    await media.start();
    workers[0]?.onerror?.({ message: 'out of memory' } as ErrorEvent);
    expect(failures).to.deep.equal(['media: Error: out of memory']);
  });

  it('ends its Worker, also one that has only begun to start', async () => {
    const { media, workers } = page();
    const starting = media.start();
    media.end();
    await starting;
    expect(workers.map(({ terminated }) => terminated)).to.deep.equal([true]);
  });

  it('gives sound no way to the Worker once the client is being closed', async () => {
    const { media, workers } = page();
    await media.start();
    media.retire();
    for (const again of [media.ports(), media.start()]) {
      expect(await again.catch((error: unknown) => error)).to.include({ code: 'ERR_CLIENT_STATE' });
    }
    expect(workers.map(({ terminated }) => terminated)).to.deep.equal([false]);
  });

  it('takes no codec, and no way but the WebSocket', () => {
    const { options } = page();
    expect(options).to.include({ codec: null, createReceiver: null, playoutDelayMs: 80 });
    expect([...options.transports]).to.deep.equal(['websocket']);
  });
});
