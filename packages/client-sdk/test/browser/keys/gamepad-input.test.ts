import { expect } from 'chai';
import { bindKeys, type KeyBindings } from '../../../src/browser/keys/bind-keys.js';
import { fakeGamepad, FakePage } from './fake-page.js';
import { PressedKeys } from './pressed-keys.js';

describe('the gamepads of a page', () => {
  let page: FakePage;
  let keys: PressedKeys;
  let bindings: KeyBindings;

  beforeEach(() => {
    page = new FakePage();
    keys = new PressedKeys();
    bindings = bindKeys(keys, { window: page.window, keys: {}, gamepad: { 5: 1, 7: 'master' } });
  });

  it('press and release at the time the gamepad tells', () => {
    page.connect(fakeGamepad(0, []));
    page.nowMs = 6_000;
    page.gamepads[0] = fakeGamepad(0, [5, 3], 5_990);
    page.draw();
    page.draw();
    page.gamepads[0] = fakeGamepad(0, [3], 5_995);
    page.draw();
    expect(keys.calls).to.deep.equal(['press 1', 'release 1']);
    expect(keys.times).to.deep.equal([page.timeOrigin + 5_990, page.timeOrigin + 5_995]);
  });

  it('are told apart: one button on two of them is held until both are up', () => {
    page.connect(fakeGamepad(0, []));
    page.connect(fakeGamepad(1, []));
    page.gamepads = [fakeGamepad(0, [5]), fakeGamepad(1, [5])];
    page.draw();
    page.gamepads[0] = fakeGamepad(0, []);
    page.draw();
    expect(keys.take()).to.deep.equal(['press 1', 'press 1', 'release 1']);
  });

  it('are looked at only while there are any', () => {
    expect(page.waitsForFrame).to.equal(false);
    page.connect(fakeGamepad(0, []));
    expect(page.waitsForFrame).to.equal(true);
    page.disconnect(0);
    expect(page.waitsForFrame).to.equal(false);
  });

  it('are looked at once per frame, however many there are', () => {
    page.connect(fakeGamepad(0, []));
    page.connect(fakeGamepad(1, []));
    let frames = 0;
    const request = page.requestAnimationFrame.bind(page);
    page.requestAnimationFrame = (callback) => {
      frames++;
      return request(callback);
    };
    page.draw();
    expect(frames).to.equal(1);
  });

  it('are found that were there before', () => {
    page.gamepads = [null, fakeGamepad(1, [])];
    bindings.setGamepad({ 0: 8 });
    page.gamepads = [null, fakeGamepad(1, [0])];
    page.draw();
    expect(keys.take()).to.deep.equal(['press 8']);
  });

  it('do not talk with a button that was down when it was first seen', () => {
    page.connect(fakeGamepad(0, [5]));
    page.draw();
    expect(keys.take()).to.deep.equal([]);
  });

  it('let go of buttons that get another meaning', () => {
    page.connect(fakeGamepad(0, []));
    page.gamepads[0] = fakeGamepad(0, [5]);
    page.draw();
    bindings.setGamepad({});
    expect(keys.take()).to.deep.equal(['press 1', 'releaseAll']);
    expect(page.waitsForFrame).to.equal(false);
  });

  it('are no more looked at when the bindings are closed', () => {
    page.connect(fakeGamepad(0, []));
    bindings.close();
    expect(page.waitsForFrame).to.equal(false);
    page.connect(fakeGamepad(1, []));
    expect(page.waitsForFrame).to.equal(false);
  });

  it('are none where the browser has no such thing, or the page may not use it', () => {
    delete page.navigator.getGamepads;
    page.fire('gamepadconnected');
    page.navigator.getGamepads = () => {
      throw new DOMException('not allowed', 'SecurityError');
    };
    page.fire('gamepadconnected');
    expect(page.waitsForFrame).to.equal(false);
  });
});
