export interface Keys {
  readonly space: () => void;
  /** 1 to 8. */
  readonly number: (number: number) => void;
  /** Ctrl-C, which is no signal while keys are read one by one. */
  readonly interrupt: () => void;
}

/** Reads keys one by one, where stdin is a terminal; returns what ends that. */
export function watchKeys(keys: Keys): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => undefined;
  const read = (data: Buffer): void => {
    for (const key of data.toString()) {
      if (key === ' ') keys.space();
      if (key >= '1' && key <= '8') keys.number(Number(key));
      if (key === '\x03') keys.interrupt();
    }
  };
  stdin.setRawMode(true);
  stdin.on('data', read);
  return () => {
    stdin.off('data', read);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
