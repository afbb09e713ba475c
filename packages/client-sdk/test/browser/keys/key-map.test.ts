import { isVoiceError, type VoiceError } from '@sidetone/protocol';
import { expect } from 'chai';
import { bindKeys, type KeyBindingOptions } from '../../../src/browser/keys/bind-keys.js';
import type { TalkKey } from '../../../src/gate/key-press.js';
import { fakeElement, FakePage } from './fake-page.js';
import { PressedKeys } from './pressed-keys.js';

describe('key bindings that are not possible', () => {
  const attempt = (options: KeyBindingOptions): VoiceError => {
    try {
      bindKeys(new PressedKeys(), { window: new FakePage().window, ...options });
    } catch (error) {
      if (isVoiceError(error)) return error;
      throw error;
    }
    throw new Error('they were accepted');
  };

  for (const code of ['CapsLock', 'NumLock', 'ScrollLock', 'MetaLeft']) {
    it(`are refused for ${code}, with the reason and what to do`, () => {
      const { code: errorCode, message } = attempt({ keys: { [code]: 1 } });
      expect(errorCode).to.equal('ERR_CLIENT_KEYBOARD');
      expect(message).to.include(`"${code}"`).and.include('bind another key');
    });
  }

  it('are told all at once', () => {
    const { message, details } = attempt({
      keys: { CapsLock: 1, KeyA: 9 as TalkKey, '': 'master' },
    });
    expect(message).to.include('"CapsLock"').and.include('"9"').and.include('KeyboardEvent.code');
    expect(details['problems']).to.have.lengthOf(3);
  });

  it('are refused for buttons that no gamepad has', () => {
    expect(attempt({ gamepad: { 1.5: 1 } }).code).to.equal('ERR_CLIENT_KEYBOARD');
    expect(attempt({ gamepad: { 500: 1 } }).code).to.equal('ERR_CLIENT_KEYBOARD');
    expect(attempt({ gamepad: { 1: 'all' as TalkKey } }).message).to.include('"all"');
  });

  it('are refused beyond what anybody can press', () => {
    const keys = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`Key${i}`, 1] as const));
    expect(attempt({ keys }).message).to.include('128');
  });

  it('leave the former ones in force', () => {
    const page = new FakePage();
    const keys = new PressedKeys();
    const bindings = bindKeys(keys, { window: page.window });
    expect(() => bindings.setKeys({ NumLock: 1 })).to.throw('NumLock');
    expect(() => bindings.button(fakeElement('button'), 0 as TalkKey)).to.throw('"0"');
    page.keyDown('Digit2');
    expect(keys.take()).to.deep.equal(['press 2']);
  });
});
