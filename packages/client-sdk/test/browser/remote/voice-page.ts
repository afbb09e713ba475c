// The page of the Chromium test: it signs in, and talks to one net while it listens to it.
import type { BrowserClient } from '../../../src/browser/browser-client.js';
import { createClient, entersState, guest } from '../../../src/index.browser.js';
import type { TalkKeyboard } from '../../../src/talk/talk-keyboard.js';

declare global {
  interface Window {
    voice: {
      readonly client: BrowserClient;
      keys: TalkKeyboard | null;
      /** Frames with sound, by the session of the talker. */
      readonly heard: Record<string, number>;
      /** What was played of each talker: the loudest sample, by session. */
      readonly played: Record<string, number>;
      readonly problems: string[];
      failure: string | null;
    };
  }
}

const query = new URLSearchParams(location.search);
const client = createClient({
  url: query.get('server') ?? '',
  authentication: guest('Page'),
  assets: { workerUrl: query.get('worker') ?? '', workletUrl: '/worklet.js' },
});
const heard: Record<string, number> = {};
const played: Record<string, number> = {};
const problems: string[] = [];
client.onFrame(({ source, packet }) => {
  if (packet.length > 0) heard[source.session] = (heard[source.session] ?? 0) + 1;
});
client.on('listenerFailed', ({ event, cause }) => problems.push(`${event}: ${String(cause)}`));
client.on('messageRejected', ({ message }) => problems.push(message));

window.voice = { client, keys: null, heard, played, problems, failure: null };

async function begin(): Promise<void> {
  await client.audio.start();
  await client.connect();
  await entersState(client, 'connected', 5_000);
  const lobby = await client.channels.join('Lobby');
  const target = await lobby.talk();
  const keys = client.talk.keyboard();
  keys.bind(1, target);
  window.voice.keys = keys;
  client.playback.addTap({
    write: ({ source, samples }) => {
      for (const sample of samples) {
        played[source.session] = Math.max(played[source.session] ?? 0, Math.abs(sample));
      }
    },
  });
  await client.audio.microphone.start();
}

const button = document.createElement('button');
button.id = 'begin';
button.textContent = 'begin';
button.addEventListener('click', () => {
  begin().then(
    () => (button.id = 'begun'),
    (error: unknown) => {
      window.voice.failure = String(error);
      button.id = 'begun';
    },
  );
});
document.body.append(button);
