// The page of the reference server, made with the public SDK alone.
import {
  createClient,
  type AudioDevices,
  type BrowserClient,
  type ClientEventName,
  type MicrophoneOptions,
} from '@sidetone/client-sdk';
import { Announcer } from './announcer.js';
import { ChannelList } from './channel-list.js';
import { ConnectionPanel } from './connection-panel.js';
import { explain, INSECURE_PAGE } from './explain.js';
import { MicrophonePanel } from './microphone-panel.js';
import { narrate } from './narrate.js';
import { NetBoard } from './net-board.js';
import { OnAirBanner } from './on-air-banner.js';
import { OutputPanel } from './output-panel.js';
import { PathPanel } from './path-panel.js';
import { Preferences } from './preferences.js';
import { ProblemBoard } from './problem-board.js';

declare global {
  interface Window {
    /** For the console: what the page works with. */
    sidetone?: BrowserClient;
  }
}

const TICK_MS = 100;
const PATH_TICK_MS = 1_000;
/** After each of these something on the page may be another. */
const CHANGES: readonly ClientEventName[] = [
  'stateChanged',
  'channelCreated',
  'channelUpdated',
  'channelMoved',
  'channelDeleted',
  'participantJoined',
  'participantUpdated',
  'participantAway',
  'participantLeft',
  'membershipChanged',
  'transmissionStarted',
  'transmissionUpdated',
  'transmissionEnded',
  'onAirChanged',
  'voicePathChanged',
  'voiceQualityChanged',
];
const AUDIO_CHANGES = ['stateChanged', 'microphoneChanged', 'outputChanged'] as const;

/** `?raw`: the microphone as it is, for music and for measurements. */
function microphoneOptions(): MicrophoneOptions {
  if (!new URLSearchParams(location.search).has('raw')) return {};
  return { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
}

function run(problems: ProblemBoard): void {
  const { workerUrl = '', workletUrl = '' } = document.body.dataset;
  const client = createClient({ url: location.origin, assets: { workerUrl, workletUrl } });
  window.sidetone = client;
  const preferences = new Preferences();
  const nets = new NetBoard({ client, preferences, problems });
  const banner = new OnAirBanner(client, nets);
  const channels = new ChannelList(client, problems);
  const microphone = new MicrophonePanel(client, preferences, problems, microphoneOptions());
  const output = new OutputPanel(client, preferences, problems);
  const path = new PathPanel(client);
  const connection = new ConnectionPanel({
    client,
    preferences,
    problems,
    startSound: () => {
      output.start();
      microphone.start();
    },
    stopMicrophone: () => microphone.stop(),
  });
  narrate(client, new Announcer(), problems);

  let devices: AudioDevices = { inputs: [], outputs: [] };
  let waiting = false;
  const update = (): void => {
    waiting = false;
    connection.update();
    channels.update();
    nets.update();
    banner.update();
    microphone.update(devices);
    output.update(devices);
    path.update();
  };
  // Many events come at once; the page is written once after them.
  const changed = (): void => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(update);
  };
  for (const event of CHANGES) client.on(event, changed);
  for (const event of AUDIO_CHANGES) client.audio.on(event, changed);
  const listDevices = async (): Promise<void> => {
    devices = await client.audio.devices();
    changed();
  };
  client.audio.on('devicesChanged', (event) => {
    devices = event.devices;
    changed();
  });
  // Their names are told only when the microphone was allowed.
  client.audio.on('microphoneChanged', () => void listDevices());
  setInterval(() => {
    microphone.tick();
    banner.tick();
    connection.tick();
  }, TICK_MS);
  setInterval(() => path.update(), PATH_TICK_MS);
  update();
}

const problems = new ProblemBoard();
try {
  run(problems);
  // Before anybody has typed a name in vain.
  if (!window.isSecureContext) problems.show('page', INSECURE_PAGE);
} catch (error) {
  problems.show('page', explain(error));
}
