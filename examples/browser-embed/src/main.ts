// Voice in an app of your own: one import, one click, one button to hold.
import { bindKeys, createClient, guest } from '@sidetone/client-sdk';

const find = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;
const talk = find<HTMLButtonElement>('talk');

// Vite passes /voice on to the server (vite.config.js), so the page talks to where it came from.
const client = createClient({ url: location.origin });

async function enter(): Promise<void> {
  // First of all, while the browser still knows that this is a click.
  const microphone = client.audio.microphone.start();
  await client.connect(guest('Ann'));
  const lobby = await client.channels.join('Lobby');
  const keys = client.talk.keyboard();
  keys.bind(1, await lobby.talk());
  bindKeys(keys, { keys: { KeyV: 1 } }).button(talk, 1);
  talk.disabled = false;
  show('Connected');
  await microphone;
}

function show(text: string): void {
  find('status').textContent = text;
}

function showPeople(): void {
  const people = client.channels.find('Lobby')?.occupants ?? [];
  const lines = people.map(({ participant: { name, talking } }) => {
    const line = document.createElement('li');
    line.textContent = talking ? `${name} talks` : name;
    return line;
  });
  find('people').replaceChildren(...lines);
}

client.on('membershipChanged', showPeople);
client.on('transmissionStarted', showPeople).on('transmissionEnded', showPeople);
client.on('stateChanged', ({ state }) => show(state.status));
find('connect').onclick = () => void enter().catch(({ message }: Error) => show(message));
