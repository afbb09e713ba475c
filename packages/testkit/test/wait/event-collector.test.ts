import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { TypedEmitter } from 'tiny-typed-emitter';
import { collectEvents } from '../../src/wait/event-collector.js';

interface RadioEvents {
  channelJoined: (event: { channel: string }) => void;
  pathChanged: (event: { to: 'udp' | 'websocket' }) => void;
}
class Radio extends TypedEmitter<RadioEvents> {}

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  );

describe('event collector', () => {
  it('keeps events that came before anybody waited, in order', async () => {
    const radio = new Radio();
    const events = collectEvents<RadioEvents>(radio, ['channelJoined']);
    radio.emit('channelJoined', { channel: 'Flight' });
    radio.emit('channelJoined', { channel: 'Ground' });
    const first: { channel: string } = await events.next('channelJoined');
    expect(first.channel).to.equal('Flight');
    expect((await events.next('channelJoined')).channel).to.equal('Ground');
    events.close();
  });

  it('gives one event to one waiter only', async () => {
    const radio = new Radio();
    const events = collectEvents<RadioEvents>(radio, ['channelJoined']);
    const waiting = Promise.all([events.next('channelJoined'), events.next('channelJoined')]);
    radio.emit('channelJoined', { channel: 'Flight' });
    radio.emit('channelJoined', { channel: 'Ground' });
    expect((await waiting).map((event) => event.channel)).to.deep.equal(['Flight', 'Ground']);
    events.close();
  });

  it('passes over events that the filter refuses and keeps them for others', async () => {
    const radio = new Radio();
    const events = collectEvents<RadioEvents>(radio, ['channelJoined']);
    const ground = events.next('channelJoined', (event) => event.channel === 'Ground');
    radio.emit('channelJoined', { channel: 'Flight' });
    radio.emit('channelJoined', { channel: 'Ground' });
    expect((await ground).channel).to.equal('Ground');
    expect((await events.next('channelJoined')).channel).to.equal('Flight');
    events.close();
  });

  it('shows everything it has seen, given out or not', async () => {
    const radio = new Radio();
    const events = collectEvents<RadioEvents>(radio, ['channelJoined', 'pathChanged']);
    radio.emit('pathChanged', { to: 'udp' });
    radio.emit('channelJoined', { channel: 'Flight' });
    await events.next('pathChanged');
    expect(events.all.map((event) => event.name)).to.deep.equal(['pathChanged', 'channelJoined']);
    expect(events.payloads('pathChanged')).to.deep.equal([{ to: 'udp' }]);
    events.close();
  });

  it('says what came instead when the time is up', async () => {
    const radio = new Radio();
    const events = collectEvents<RadioEvents>(radio, ['channelJoined', 'pathChanged']);
    radio.emit('pathChanged', { to: 'udp' });
    const error = await rejection(events.next('channelJoined', () => true, 20));
    expect(error)
      .to.be.an('error')
      .with.property(
        'message',
        'no such "channelJoined" within 20 ms; seen instead: pathChanged { to: \'udp\' }',
      );
    events.close();
  });

  it('takes its listeners off and lets nobody wait after the close', async () => {
    const radio = new Radio();
    const events = collectEvents<RadioEvents>(radio, ['channelJoined']);
    const waiting = rejection(events.next('channelJoined'));
    events.close();
    expect(radio.listenerCount('channelJoined')).to.equal(0);
    expect(await waiting).to.include({ code: 'ERR_TESTKIT_CLOSED' });
    expect(await rejection(events.next('channelJoined'))).to.include({
      code: 'ERR_TESTKIT_CLOSED',
    });
  });

  it('fails the waiter whose filter throws, not the emitter', async () => {
    const radio = new Radio();
    const events = collectEvents<RadioEvents>(radio, ['channelJoined']);
    const waiting = rejection(
      events.next('channelJoined', () => {
        throw new Error('bad filter');
      }),
    );
    radio.emit('channelJoined', { channel: 'Flight' });
    expect(await waiting).to.include({ message: 'bad filter' });
    events.close();
  });

  it('collects from any emitter without type argument', async () => {
    const emitter = new EventEmitter();
    const events = collectEvents(emitter, ['data']);
    emitter.emit('data', 5);
    expect(await events.next('data')).to.equal(5);
    expect(() => events.payloads('end')).to.throw('this collector listens to: data');
    events.close();
  });
});
