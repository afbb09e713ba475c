import { expect } from 'chai';
import { Type } from 'typebox';
import { ExtensionRegistry } from '../../src/server/extensions.js';
import { voiceErrorOf } from '../double/thrown.js';

const schema = Type.Object({ text: Type.String({ maxLength: 100_000 }) });
const method = {
  plugin: 'chat',
  params: schema,
  result: schema,
  mutates: false,
  confidential: false,
  handler: () => ({ text: '' }),
};

describe('extensions', () => {
  it('keep methods and events by name', () => {
    const extensions = new ExtensionRegistry();
    extensions.addMethod('chat.send', method);
    extensions.addEvent('chatSent', { plugin: 'chat', schema });
    expect([...extensions.methods.keys()]).to.deep.equal(['chat.send']);
    expect(extensions.methods.get('chat.send')).to.equal(method);
    expect([...extensions.events.keys()]).to.deep.equal(['chatSent']);
  });

  it('refuse a name of core or of another plugin and say whose it is', async () => {
    const extensions = new ExtensionRegistry();
    const taken = await voiceErrorOf(() => extensions.addMethod('channel.join', method));
    expect(taken.code).to.equal('ERR_PLUGIN_NAME_TAKEN');
    expect(taken.message).to.include('core');
    extensions.addMethod('chat.send', method);
    const second = await voiceErrorOf(() =>
      extensions.addMethod('chat.send', { ...method, plugin: 'other' }),
    );
    expect(second.message).to.include('"other"').and.to.include('"chat"');
    for (const name of ['channelCreated', 'tick', 'keys.activate', 'hello', 'keys.install']) {
      const error = await voiceErrorOf(() => extensions.addEvent(name, { plugin: 'chat', schema }));
      expect(error.code).to.equal('ERR_PLUGIN_NAME_TAKEN');
    }
  });

  it('refuse a param called "key" where a method mutates, and only there', async () => {
    const extensions = new ExtensionRegistry();
    const params = Type.Object({ key: Type.String() });
    extensions.addMethod('chat.read', { ...method, params });
    const error = await voiceErrorOf(() =>
      extensions.addMethod('chat.send', { ...method, params, mutates: true }),
    );
    expect(error.code).to.equal('ERR_PLUGIN_METHOD_INVALID');
    expect(error.message).to.include('"chat.send"').and.to.include('"chat"');
    expect(extensions.methods.has('chat.send')).to.equal(false);
    extensions.addMethod('chat.send', { ...method, mutates: true });
  });

  it('refuse names of another form', async () => {
    const extensions = new ExtensionRegistry();
    for (const name of [
      'send',
      'Chat.send',
      'chat.',
      'a.b.c',
      '__proto__',
      `a.${'b'.repeat(70)}`,
    ]) {
      const error = await voiceErrorOf(() => extensions.addMethod(name, method));
      expect(error.code).to.equal('ERR_PLUGIN_NAME_INVALID');
    }
    for (const name of ['ChatSent', 'chat sent', 'x"y', '']) {
      const error = await voiceErrorOf(() => extensions.addEvent(name, { plugin: 'chat', schema }));
      expect(error.code).to.equal('ERR_PLUGIN_NAME_INVALID');
    }
  });

  it('deliver what fits the schema and refuse the rest to its plugin', async () => {
    const extensions = new ExtensionRegistry();
    const delivered: unknown[] = [];
    const publish = extensions.addEvent<{ text: string }>('chatSent', { plugin: 'chat', schema });
    publish(['early'], { text: 'nobody is connected' });
    extensions.deliverBy((...delivery) => delivered.push(delivery));
    publish(['a', 'b'], { text: 'hi' });
    expect(delivered).to.deep.equal([['chatSent', ['a', 'b'], '{"text":"hi"}']]);
    for (const payload of [{ text: 5 }, { text: 'x'.repeat(33_000) }]) {
      const error = await voiceErrorOf(() => publish(['a'], payload as { text: string }));
      expect(error.code).to.equal('ERR_PLUGIN_EVENT_INVALID');
      expect(error.message).to.include('"chatSent"').and.to.include('"chat"');
    }
    expect(delivered).to.have.length(1);
  });

  it('refuse an event that is no object', async () => {
    const publish = new ExtensionRegistry().addEvent<string>('chatSent', {
      plugin: 'chat',
      schema: Type.String(),
    });
    const error = await voiceErrorOf(() => publish([], 'text'));
    expect(error.code).to.equal('ERR_PLUGIN_EVENT_INVALID');
  });
});
