import { chromium, type Browser } from 'playwright-core';
import { findBrowser } from '../../../scripts/browser.mjs';

export interface ChromiumOptions {
  /** WAV file that its microphone hears, again and again; without one there is no fake microphone. */
  readonly microphone?: string;
  /** Further flags. */
  readonly flags?: readonly string[];
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser of its own, because a fake microphone is one of the whole process. */
export function launchChromium({ microphone, flags = [] }: ChromiumOptions = {}): Promise<Browser> {
  const fakes =
    microphone === undefined
      ? []
      : [
          '--use-fake-device-for-media-stream',
          '--use-fake-ui-for-media-stream',
          `--use-file-for-fake-audio-capture=${microphone}`,
        ];
  return chromium.launch({ executablePath: findBrowser(), args: [...FLAGS, ...fakes, ...flags] });
}
