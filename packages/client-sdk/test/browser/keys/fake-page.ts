/** The parts of a window that inputs come from, with a clock of its own. */
export class FakePage extends EventTarget {
  readonly timeOrigin = 1_700_000_000_000;
  /** What `performance.now()` says. */
  nowMs = 5_000;
  gamepads: (Gamepad | null)[] = [];
  readonly document: EventTarget & { visibilityState: string } = Object.assign(new EventTarget(), {
    visibilityState: 'visible',
  });
  readonly performance = { timeOrigin: this.timeOrigin, now: (): number => this.nowMs };
  readonly navigator: { getGamepads?: () => (Gamepad | null)[] } = {
    getGamepads: () => this.gamepads,
  };
  readonly #frames = new Map<number, () => void>();
  #lastFrame = 0;

  /** As the code under test sees it. */
  get window(): Window {
    return this as unknown as Window;
  }

  get waitsForFrame(): boolean {
    return this.#frames.size > 0;
  }

  requestAnimationFrame(callback: () => void): number {
    this.#frames.set(++this.#lastFrame, callback);
    return this.#lastFrame;
  }

  cancelAnimationFrame(frame: number): void {
    this.#frames.delete(frame);
  }

  /** The next frame is drawn. */
  draw(): void {
    const callbacks = [...this.#frames.values()];
    this.#frames.clear();
    for (const callback of callbacks) callback();
  }

  /** @returns whether the browser does what it does with the event */
  fire(type: string, properties: object = {}, path: readonly EventTarget[] = []): boolean {
    const event = fakeEvent(type, { timeStamp: this.nowMs, ...properties });
    Object.defineProperty(event, 'composedPath', { value: () => [...path, this] });
    for (const target of [...path, this]) target.dispatchEvent(event);
    return !event.defaultPrevented;
  }

  keyDown(code: string, properties: object = {}, path: readonly EventTarget[] = []): boolean {
    return this.fire('keydown', { ...keyProperties(code), ...properties }, path);
  }

  keyUp(code: string, properties: object = {}): boolean {
    return this.fire('keyup', { ...keyProperties(code), ...properties });
  }

  hide(): void {
    this.document.visibilityState = 'hidden';
    this.document.dispatchEvent(new Event('visibilitychange'));
  }

  show(): void {
    this.document.visibilityState = 'visible';
    this.document.dispatchEvent(new Event('visibilitychange'));
  }

  connect(gamepad: Gamepad): void {
    this.gamepads[gamepad.index] = gamepad;
    this.fire('gamepadconnected');
  }

  disconnect(index: number): void {
    this.gamepads[index] = null;
    this.fire('gamepaddisconnected');
  }
}

/** A gamepad with these buttons down. */
export function fakeGamepad(index: number, down: readonly number[], timestamp = 5_000): Gamepad {
  const buttons = Array.from({ length: 17 }, (_, button) => ({ pressed: down.includes(button) }));
  return { index, connected: true, timestamp, buttons } as unknown as Gamepad;
}

/** An element that is asked what fields and talk buttons are asked. */
export function fakeElement(localName: string, properties: object = {}): HTMLElement {
  const style = new Map<string, string>();
  const element = Object.assign(new EventTarget(), {
    localName,
    disabled: false,
    getAttribute: () => null,
    matches: () => (element as unknown as HTMLButtonElement).disabled,
    style: {
      getPropertyValue: (name: string) => style.get(name) ?? '',
      setProperty: (name: string, value: string) => void style.set(name, value),
    },
    ...properties,
  });
  return element as unknown as HTMLElement;
}

function keyProperties(code: string): object {
  return {
    code,
    key: code.replace(/^(Key|Digit)/, ''),
    repeat: false,
    isComposing: false,
    getModifierState: () => false,
  };
}

function fakeEvent(type: string, properties: object): Event {
  const event = new Event(type, { cancelable: true });
  for (const [name, value] of Object.entries(properties)) {
    Object.defineProperty(event, name, { value });
  }
  return event;
}
