import type { Channel, Client } from '@sidetone/client-sdk';
import { readAccountPassword } from './account-password.js';
import { Departure } from './departure.js';
import { openEquipment, type Equipment } from './equipment.js';
import { watchKeys } from './keyboard.js';
import { Levels, metered } from './level.js';
import { narrate } from './narrate.js';
import { observe, OWN_LEVEL, type Observed } from './observe.js';
import { createTalkClient, participate } from './participant.js';
import type { Recording } from './recording.js';
import { findServer } from './server-address.js';
import type { Settings } from './settings.js';
import { Slots } from './slots.js';
import { NO_SPEAKER, Speaker } from './speaker.js';
import type { Speech } from './speech.js';
import { onStopSignal } from './stop-signals.js';
import { TalkFailure } from './talk-failure.js';
import { isTerminal, LineView, TerminalView, type View } from './view.js';

/** From the settings to the last line that is shown; rejects when something failed. */
export async function talk(settings: Settings): Promise<void> {
  const departure = new Departure();
  const interrupt = onStopSignal(
    () => departure.leave(),
    () => process.exit(1),
  );
  const server = await findServer(settings);
  const password = await passwordFor(settings);
  const equipment = await openEquipment(settings, departure);
  const client = createTalkClient(settings, server, password);
  const keys = settings.speech?.kind === 'microphone' && process.stdin.isTTY;
  const observed = watch(client, { server, settings, equipment, keys });
  const view = createView(settings, departure, observed);
  narrate(client, view);
  const speaker = createSpeaker(settings, equipment, departure, view);
  const slots = keys ? new Slots() : null;
  const endKeys = slots
    ? watchKeys({
        space: () => toggleMute(client, view),
        number: (number) => slots.press(number),
        interrupt,
      })
    : () => undefined;
  const sinks = [equipment.recording, speaker].filter((sink) => sink !== null);
  const speech = equipment.speech && measured(equipment.speech, observed.levels);
  const { talkTo } = observed;
  takePart({ settings, server, client, speech, sinks, departure, view, talkTo, slots });
  try {
    await departure.decided;
  } finally {
    endKeys();
    await client.close();
    speaker?.close();
    await closeRecording(equipment.recording, view);
    view.close();
  }
}

/** Before anything is opened that shows, plays or takes keys. */
async function passwordFor({ account }: Settings): Promise<string | null> {
  if (account === null) return null;
  const terminal = { input: process.stdin, prompts: process.stderr };
  return readAccountPassword(account.password, { env: process.env, terminal });
}

function takePart(parts: Parameters<typeof participate>[0]): void {
  const { departure, sinks, speech } = parts;
  // Who neither talks nor records has come to see who is there.
  const staysAfterSpeech = sinks.length > 0 || speech === null;
  participate(parts).then(
    () => {
      if (!staysAfterSpeech) departure.leave();
    },
    (error: unknown) => departure.fail(error),
  );
}

function watch(
  client: Client,
  about: { server: string; settings: Settings; equipment: Equipment; keys: boolean },
): Observed {
  const { server, settings, equipment, keys } = about;
  const levels = new Levels();
  client.onFrame(({ source, level }) => {
    if (level !== null) levels.set(source.session, level, performance.now());
  });
  client.on('participantLeft', ({ participant }) => levels.forget(participant.id));
  const talkTo = new Set<Channel>();
  client.on('onAirChanged', ({ onAir }) => {
    const routes = onAir.flatMap(({ target }) => target.routes.map(({ channel }) => channel));
    talkTo.clear();
    for (const channel of client.channels.all())
      if (routes.includes(channel.id)) talkTo.add(channel);
  });
  return {
    client,
    server,
    name: settings.name,
    levels,
    speechLabel: equipment.speech?.label ?? null,
    recording: equipment.recording,
    talkTo,
    hint: keys
      ? '1-8 talk to one net alone and back, Space mutes and unmutes, Ctrl-C leaves'
      : 'Ctrl-C leaves',
  };
}

function createView(settings: Settings, departure: Departure, observed: Observed): View {
  const output = settings.recording?.kind === 'stdout' ? process.stderr : process.stdout;
  output.on('error', () => departure.leave());
  if (!isTerminal(output)) return new LineView(output);
  const startedAt = performance.now();
  return new TerminalView(output, (recent) => observe(observed, startedAt, recent));
}

function createSpeaker(
  settings: Settings,
  { speaker }: Equipment,
  departure: Departure,
  view: View,
): Speaker | null {
  const isRequired = settings.speaker === 'required';
  if (speaker !== null) {
    return new Speaker(speaker, (why) => {
      if (isRequired) departure.fail(new TalkFailure(`the speaker has stopped: ${why}`));
      else view.warn(`no more sound: ${why}`);
    });
  }
  if (settings.speaker === 'ifPossible') view.warn(NO_SPEAKER);
  return null;
}

/** How loud it is, nobody knows of what is encoded already. */
function measured({ label, source }: Speech, levels: Levels): Speech {
  if (source.kind === 'opus') return { label, source };
  const tell = (level: number): void => levels.set(OWN_LEVEL, level, performance.now());
  return { label, source: metered(source, tell) };
}

function toggleMute(client: Client, view: View): void {
  const muted = client.self?.muted ?? false;
  client.setMuted(!muted).catch((error: unknown) => view.warn(`Not muted: ${String(error)}`));
}

async function closeRecording(recording: Recording | null, view: View): Promise<void> {
  if (recording === null) return;
  await recording.close();
  view.tell(`${recording.seconds.toFixed(1)} s are recorded to ${recording.label}`);
}
