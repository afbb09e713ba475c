import type { AudioSource, Channel, Client, TalkTarget } from '@sidetone/client-sdk';
import { expect } from 'chai';
import { Slots } from '../src/slots.js';

/** As much of a client as number keys need, which writes down what it is asked. */
function recordingClient(): { readonly client: Client; readonly asked: string[] } {
  const asked: string[] = [];
  const keyboard = {
    bind: (slot: number, { name }: Channel, { style }: { style: string }) =>
      void asked.push(`${slot} is ${name}, ${style}`),
    press: (slot: number) => asked.push(`${slot} down`) > 0 && slot <= 8,
    release: (slot: number) => void asked.push(`${slot} up`),
    close: () => void asked.push('closed'),
  };
  const talk = {
    target: ({ channels: [channel] }: { channels: Channel[] }) => Promise.resolve(channel),
    keyboard: ({ mode }: { mode: string }) => {
      asked.push(mode);
      return keyboard;
    },
    feed: () => Promise.reject(new Error('unplugged')),
  };
  return { client: { talk } as unknown as Client, asked };
}

const channels = (count: number): Channel[] =>
  Array.from({ length: count }, (_, i) => ({ name: `Net ${i + 1}` }) as Channel);
const everywhere = {} as TalkTarget;

describe('the number keys', () => {
  it('latch the first eight nets, beside a base that is always open', async () => {
    const { client, asked } = recordingClient();
    await new Slots().bind(client, channels(9), everywhere);
    expect(asked).to.have.length(9);
    expect([asked[0], asked[1], asked[8]]).to.deep.equal([
      'open',
      '1 is Net 1, latch',
      '8 is Net 8, latch',
    ]);
  });

  it('go down and up at once, and do nothing before the nets are joined', async () => {
    const { client, asked } = recordingClient();
    const slots = new Slots();
    slots.press(1);
    expect(asked).to.deep.equal([]);
    await slots.bind(client, channels(1), everywhere);
    slots.press(1);
    expect(asked.slice(2)).to.deep.equal(['1 down', '1 up']);
  });

  it('end with the microphone', async () => {
    const { client, asked } = recordingClient();
    const slots = new Slots();
    await slots.bind(client, channels(1), everywhere);
    const source = {} as AudioSource;
    const error = await slots.talk(client, source, new AbortController().signal).then(
      () => 'nothing',
      (cause: Error) => cause.message,
    );
    expect([error, asked.at(-1)]).to.deep.equal(['unplugged', 'closed']);
  });
});
