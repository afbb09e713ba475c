import { expect } from 'chai';
import { bindKeys, type KeyBindings } from '../../../src/browser/keys/bind-keys.js';
import { fakeElement, FakePage } from './fake-page.js';
import { PressedKeys } from './pressed-keys.js';

describe('a talk button', () => {
  let page: FakePage;
  let keys: PressedKeys;
  let bindings: KeyBindings;
  let element: HTMLElement;
  let detach: () => void;

  beforeEach(() => {
    page = new FakePage();
    keys = new PressedKeys();
    bindings = bindKeys(keys, { window: page.window, keys: {} });
    element = fakeElement('button');
    detach = bindings.button(element, 4);
  });

  const pointerDown = (properties: object = {}): boolean =>
    page.fire('pointerdown', { button: 0, pointerId: 1, ...properties }, [element]);

  it('talks while a pointer is down on it, wherever it goes up', () => {
    pointerDown();
    page.fire('pointerup', { pointerId: 2 });
    expect(keys.take()).to.deep.equal(['press 4']);
    page.fire('pointerup', { pointerId: 1 });
    page.fire('lostpointercapture', { pointerId: 1 });
    expect(keys.take()).to.deep.equal(['release 4']);
  });

  it('ends when somebody else takes the pointer', () => {
    pointerDown();
    page.fire('lostpointercapture', { pointerId: 1 });
    expect(keys.take()).to.deep.equal(['press 4', 'release 4']);
  });

  it('is held by each of two fingers', () => {
    pointerDown({ pointerId: 1 });
    pointerDown({ pointerId: 2 });
    page.fire('pointerup', { pointerId: 1 });
    page.fire('pointerup', { pointerId: 2 });
    expect(keys.calls).to.deep.equal(['press 4', 'press 4', 'release 4', 'release 4']);
  });

  it('leaves the other buttons of the mouse alone, and does nothing while it is disabled', () => {
    pointerDown({ button: 2 });
    Object.assign(element, { disabled: true });
    pointerDown();
    page.fire('click', { detail: 0 }, [element]);
    expect(keys.take()).to.deep.equal([]);
  });

  it('talks with Space and Enter while it has the focus, and is not clicked by them', () => {
    for (const [code, key] of [
      ['Space', ' '],
      ['Enter', 'Enter'],
    ] as const) {
      expect(page.keyDown(code, { key }, [element])).to.equal(false);
      expect(page.keyUp(code, { key })).to.equal(false);
      expect(keys.take()).to.deep.equal(['press 4', 'release 4']);
    }
    page.keyDown('KeyA', {}, [element]);
    expect(keys.take()).to.deep.equal([]);
  });

  it('talks with Space on its own net, whatever Space does elsewhere', () => {
    bindings.setKeys({ Space: 'master' });
    page.keyDown('Space', { key: ' ' }, [element]);
    expect(keys.take()).to.deep.equal(['press 4']);
  });

  it('talks from click to click for what clicks without pressing', () => {
    page.fire('click', { detail: 0 }, [element]);
    page.fire('click', { detail: 0 }, [element]);
    page.fire('click', { detail: 1 }, [element]);
    expect(keys.take()).to.deep.equal(['press 4', 'release 4']);
  });

  it('neither scrolls nor selects nor opens a menu under a finger', () => {
    expect(element.style.getPropertyValue('touch-action')).to.equal('none');
    expect(page.fire('contextmenu', {}, [element])).to.equal(false);
    expect(page.fire('dragstart', {}, [element])).to.equal(false);
  });

  it('is an element like others when it is taken back, and lets go', () => {
    pointerDown();
    detach();
    detach();
    expect(keys.take()).to.deep.equal(['press 4', 'releaseAll']);
    pointerDown();
    expect(keys.take()).to.deep.equal([]);
    expect(element.style.getPropertyValue('touch-action')).to.equal('');
    expect(page.fire('contextmenu', {}, [element])).to.equal(true);
  });

  it('is let go with all others when the bindings are closed', () => {
    pointerDown();
    bindings.close();
    pointerDown();
    expect(keys.take()).to.deep.equal(['press 4', 'releaseAll']);
  });
});
