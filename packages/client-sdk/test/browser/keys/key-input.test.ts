import { expect } from 'chai';
import { bindKeys, type KeyBindings } from '../../../src/browser/keys/bind-keys.js';
import { fakeElement, FakePage } from './fake-page.js';
import { PressedKeys } from './pressed-keys.js';

describe('the keyboard of a page', () => {
  let page: FakePage;
  let keys: PressedKeys;
  let bindings: KeyBindings;

  beforeEach(() => {
    page = new FakePage();
    keys = new PressedKeys();
    bindings = bindKeys(keys, {
      window: page.window,
      keys: { Digit1: 1, KeyV: 'master', F9: 2, ShiftLeft: 3 },
    });
  });

  it('presses and releases by the place of the key, at the time of the event', () => {
    page.nowMs = 5_200;
    page.keyDown('Digit1', { timeStamp: 5_000, key: '&' });
    page.keyUp('Digit1', { timeStamp: 5_150, key: '1' });
    expect(keys.calls).to.deep.equal(['press 1', 'release 1']);
    expect(keys.times).to.deep.equal([page.timeOrigin + 5_000, page.timeOrigin + 5_150]);
  });

  it('takes the time of now for an event that tells no credible one', () => {
    page.keyDown('Digit1', { timeStamp: page.timeOrigin + 4_000 });
    page.keyUp('Digit1', { timeStamp: -20_000 });
    expect(keys.times).to.deep.equal([page.timeOrigin + 5_000, page.timeOrigin + 5_000]);
  });

  it('has the digits as slots unless told otherwise', () => {
    bindKeys(keys, { window: page.window });
    page.keyDown('Digit8');
    expect(keys.take()).to.deep.equal(['press 8']);
  });

  it('ignores the repeats of a held key, and keeps them from the page', () => {
    expect(page.keyDown('Digit1')).to.equal(false);
    expect(page.keyDown('Digit1', { repeat: true })).to.equal(false);
    expect(keys.take()).to.deep.equal(['press 1']);
  });

  it('ignores the repeats of a key whose hold has ended', () => {
    page.keyDown('Digit1');
    page.fire('blur');
    keys.take();
    expect(page.keyDown('Digit1', { repeat: true })).to.equal(true);
    expect(keys.take()).to.deep.equal([]);
  });

  it('leaves keys to the page that are bound to nothing', () => {
    keys.unbound.add(1);
    expect(page.keyDown('KeyQ')).to.equal(true);
    expect(page.keyDown('Digit1')).to.equal(true);
    page.keyUp('Digit1');
    expect(keys.take()).to.deep.equal(['press 1']);
  });

  it('leaves keys to the page that it has used itself', () => {
    const widget = fakeElement('div');
    widget.addEventListener('keydown', (event) => event.preventDefault());
    page.keyDown('Digit1', {}, [widget]);
    expect(keys.take()).to.deep.equal([]);
  });

  it('leaves shortcuts to the browser', () => {
    for (const modifier of ['ctrlKey', 'altKey', 'metaKey']) {
      expect(page.keyDown('Digit1', { [modifier]: true })).to.equal(true);
    }
    expect(keys.take()).to.deep.equal([]);
  });

  it('knows what AltGr writes from a shortcut', () => {
    page.keyDown('KeyV', {
      ctrlKey: true,
      altKey: true,
      key: '@',
      getModifierState: (name: string) => name === 'AltGraph',
    });
    expect(keys.take()).to.deep.equal(['press master']);
  });

  it('lets a modifier talk that is bound itself, and others beside it', () => {
    bindings.setKeys({ ControlRight: 'master', Digit1: 1 });
    page.keyDown('ControlRight', { key: 'Control', ctrlKey: true });
    page.keyDown('Digit1', { ctrlKey: true });
    expect(keys.take()).to.deep.equal(['press master', 'press 1']);
  });

  it('lets go when Meta goes down, for what goes up meanwhile is not told everywhere', () => {
    page.keyDown('Digit1');
    page.keyDown('MetaLeft', { key: 'Meta', metaKey: true });
    expect(keys.take()).to.deep.equal(['press 1', 'releaseAll']);
  });

  it('does not talk with keys that write while a field has the focus', () => {
    const fields = [
      fakeElement('input', { type: 'text' }),
      fakeElement('input', { type: 'password' }),
      fakeElement('textarea'),
      fakeElement('select'),
      fakeElement('div', { isContentEditable: true }),
      fakeElement('p', { ownerDocument: { designMode: 'on' } }),
      fakeElement('div', { getAttribute: () => 'searchbox' }),
    ];
    for (const field of fields) {
      expect(page.keyDown('Digit1', {}, [field]), field.localName).to.equal(true);
      page.keyDown('ShiftLeft', { key: 'Shift' }, [field]);
    }
    expect(keys.take()).to.deep.equal([]);
  });

  it('looks for the field inside of shadow trees', () => {
    page.keyDown('Digit1', {}, [fakeElement('input', { type: 'text' }), fakeElement('my-form')]);
    expect(keys.take()).to.deep.equal([]);
  });

  it('talks in a field with keys that write nothing', () => {
    page.keyDown('F9', {}, [fakeElement('textarea')]);
    expect(keys.take()).to.deep.equal(['press 2']);
  });

  it('talks where nothing is typed: on a slider, a check box, a button', () => {
    for (const element of [
      fakeElement('input', { type: 'range' }),
      fakeElement('input', { type: 'checkbox' }),
      fakeElement('button'),
    ]) {
      page.keyDown('Digit1', {}, [element]);
      page.keyUp('Digit1');
      expect(keys.take()).to.deep.equal(['press 1', 'release 1']);
    }
  });

  it('does not talk while letters are composed', () => {
    page.keyDown('KeyV', { isComposing: true, key: 'Process' });
    expect(keys.take()).to.deep.equal([]);
  });

  it('lets go of keys that get another meaning, and of all when it is closed', () => {
    page.keyDown('Digit1');
    bindings.setKeys({ Digit1: 2 });
    page.keyUp('Digit1');
    page.keyDown('Digit1');
    bindings.close();
    bindings.close();
    page.keyDown('Digit1');
    expect(keys.take()).to.deep.equal(['press 1', 'releaseAll', 'press 2', 'releaseAll']);
  });
});
