import type { BrowserClient, VoiceQuality, VoiceQualityReason } from '@sidetone/client-sdk';
import { find, setText } from './element.js';

const NAMES = { websocket: 'WebSocket', udp: 'UDP', both: 'WebSocket and UDP' } as const;
const LEVELS = { good: 'Good', fair: 'Fair', poor: 'Poor: words get lost' } as const;
const REASONS: Readonly<Record<VoiceQualityReason, string>> = {
  uplink: 'what you say gets lost on the way',
  downlink: 'what you hear gets lost on the way',
  server: 'the server answers late',
};

/** Which way the voice takes, and how good it is, in words. */
export class PathPanel {
  readonly #client: BrowserClient;
  readonly #path = find('path', HTMLElement);
  readonly #quality = find('quality', HTMLElement);
  readonly #roundTrip = find('round-trip', HTMLElement);
  readonly #lossUp = find('loss-up', HTMLElement);
  readonly #lossDown = find('loss-down', HTMLElement);

  constructor(client: BrowserClient) {
    this.#client = client;
  }

  update(): void {
    const { voice } = this.#client;
    const quality = voice?.quality;
    setText(this.#path, voice ? pathText(voice.up, voice.down) : 'none');
    setText(this.#quality, quality ? qualityText(quality) : 'unknown');
    this.#quality.dataset['level'] = quality?.level ?? '';
    const rttMs = voice?.rttMs ?? null;
    setText(this.#roundTrip, rttMs === null ? 'unknown' : `${Math.round(rttMs)} ms`);
    setText(this.#lossUp, percentText(quality?.uplinkLoss));
    setText(this.#lossDown, percentText(quality?.downlinkLoss));
  }
}

function pathText(up: keyof typeof NAMES | null, down: keyof typeof NAMES): string {
  if (up === null) return `none that works; you hear over ${NAMES[down]}`;
  return up === down ? NAMES[up] : `${NAMES[up]} up, ${NAMES[down]} down`;
}

function qualityText({ level, reasons }: VoiceQuality): string {
  const why = reasons.map((reason) => REASONS[reason]).join(', ');
  return why === '' ? LEVELS[level] : `${LEVELS[level]} (${why})`;
}

function percentText(part: number | null | undefined): string {
  return typeof part === 'number' ? `${(100 * part).toFixed(1)} %` : 'unknown';
}
