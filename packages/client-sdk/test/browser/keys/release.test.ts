import { expect } from 'chai';
import { bindKeys, type KeyBindings } from '../../../src/browser/keys/bind-keys.js';
import type { ReleaseReason } from '../../../src/browser/keys/holds.js';
import { KeyBoard } from '../../../src/gate/key-board.js';
import type { SlotStyle, TalkKey } from '../../../src/gate/key-press.js';
import { fakeElement, fakeGamepad, FakePage } from './fake-page.js';
import { PressedKeys } from './pressed-keys.js';

describe('what a page holds', () => {
  let page: FakePage;
  let keys: PressedKeys;
  let bindings: KeyBindings;
  let reasons: ReleaseReason[];
  let element: HTMLElement;

  beforeEach(() => {
    page = new FakePage();
    keys = new PressedKeys();
    reasons = [];
    bindings = bindKeys(keys, {
      window: page.window,
      gamepad: { 5: 2 },
      onReleased: (reason) => reasons.push(reason),
    });
    element = fakeElement('button');
    bindings.button(element, 3);
    page.connect(fakeGamepad(0, []));
  });

  function holdEverything(): void {
    page.keyDown('Digit1');
    page.gamepads[0] = fakeGamepad(0, [5]);
    page.draw();
    page.fire('pointerdown', { button: 0, pointerId: 7 }, [element]);
    expect(keys.take()).to.deep.equal(['press 1', 'press 2', 'press 3']);
  }

  const losses: readonly (readonly [string, ReleaseReason, () => void])[] = [
    ['the window loses the focus', 'blur', () => page.fire('blur')],
    ['the page is hidden', 'hidden', () => page.hide()],
    ['the page is left', 'hidden', () => page.fire('pagehide')],
    [
      'a touch is cancelled',
      'pointerCancelled',
      () => page.fire('pointercancel', { pointerId: 7 }),
    ],
    ['the gamepad is gone', 'gamepadLost', () => page.disconnect(0)],
  ];

  for (const [what, reason, lose] of losses) {
    it(`is let go when ${what}`, () => {
      holdEverything();
      lose();
      expect(keys.take()).to.deep.equal(['releaseAll']);
      expect(reasons).to.deep.equal([reason]);
      page.keyUp('Digit1');
      page.fire('pointerup', { pointerId: 7 });
      expect(keys.take()).to.deep.equal([]);
    });
  }

  it('is let go without a word to the app when nothing was held', () => {
    page.fire('blur');
    page.show();
    page.fire('pointercancel', { pointerId: 7 });
    page.disconnect(0);
    expect(keys.take()).to.deep.equal(['releaseAll']);
    expect(reasons).to.deep.equal([]);
  });

  it('is let go when a gamepad vanishes without an event', () => {
    holdEverything();
    page.gamepads = [];
    page.draw();
    expect(keys.take()).to.deep.equal(['releaseAll']);
    expect(reasons).to.deep.equal(['gamepadLost']);
  });

  it('talks again only when it is pressed again', () => {
    holdEverything();
    page.fire('blur');
    keys.take();
    page.draw();
    page.keyDown('Digit1', { repeat: true });
    expect(keys.take()).to.deep.equal([]);
    page.keyUp('Digit1');
    page.keyDown('Digit1');
    page.gamepads[0] = fakeGamepad(0, []);
    page.draw();
    page.gamepads[0] = fakeGamepad(0, [5]);
    page.draw();
    expect(keys.take()).to.deep.equal(['press 1', 'press 2']);
  });

  it('is not held by a gamepad button that went down while nobody looked', () => {
    page.hide();
    page.gamepads[0] = fakeGamepad(0, [5]);
    page.show();
    page.draw();
    expect(keys.take()).to.deep.equal(['releaseAll']);
  });
});

describe('the keys of a keyboard, pressed by a page', () => {
  let page: FakePage;
  let board: KeyBoard<string>;
  let element: HTMLElement;

  function bind(style: SlotStyle): void {
    page = new FakePage();
    board = new KeyBoard({ releaseTailMs: 150, preRollMs: 60 });
    board.bind(1, { targets: ['Command'], additive: false, style });
    const bindings = bindKeys(
      {
        press: (key: TalkKey, by = '', timeMs = 0) => board.press(key, by, timeMs),
        release: (key: TalkKey, by = '', timeMs = 0) => board.release(key, by, timeMs),
        releaseAll: (timeMs = 0) => board.releaseAll(timeMs),
      },
      { window: page.window },
    );
    element = fakeElement('button');
    bindings.button(element, 1);
  }

  const state = (): { held: boolean; latched: boolean } | undefined =>
    board.keys.find(({ key }) => key === 1);

  it('are one press while two inputs hold one slot', () => {
    bind('hold');
    page.keyDown('Digit1');
    page.fire('pointerdown', { button: 0, pointerId: 1 }, [element]);
    page.keyUp('Digit1');
    expect(state()).to.include({ held: true });
    page.fire('pointerup', { pointerId: 1 });
    expect(state()).to.include({ held: false });
  });

  it('are not latched by a tap that was taken away', () => {
    bind('tapLatch');
    page.fire('pointerdown', { button: 0, pointerId: 1 }, [element]);
    page.fire('pointercancel', { pointerId: 1 });
    expect(state()).to.include({ held: false, latched: false });
    page.fire('pointerdown', { button: 0, pointerId: 1 }, [element]);
    page.fire('pointerup', { pointerId: 1 });
    expect(state()).to.include({ held: false, latched: true });
  });

  it('stay latched when the page loses the focus', () => {
    bind('latch');
    page.keyDown('Digit1');
    page.keyUp('Digit1');
    page.fire('blur');
    expect(state()).to.include({ held: false, latched: true });
  });
});
