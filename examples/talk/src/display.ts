import type { VoiceStatus } from '@sidetone/client-sdk';
import { printable } from './talk-failure.js';

export interface DisplayState {
  readonly server: string;
  readonly name: string;
  readonly elapsedMs: number;
  /** `null` while there is no session. */
  readonly voice: Pick<VoiceStatus, 'up' | 'down' | 'rttMs'> | null;
  readonly speech: SpeechState | null;
  readonly recording: { readonly label: string; readonly seconds: number } | null;
  readonly nets: readonly NetState[];
  /** What happened last, oldest first. */
  readonly recent: readonly string[];
  /** What can be done now. */
  readonly hint: string;
}

export interface SpeechState {
  readonly label: string;
  /** -dBov; `null` for silence. */
  readonly level: number | null;
  readonly muted: boolean;
}

export interface NetState {
  readonly name: string;
  /** This participant talks to it. */
  readonly talkTo: boolean;
  readonly people: readonly PersonState[];
}

export interface PersonState {
  readonly name: string;
  readonly self: boolean;
  readonly talking: boolean;
  readonly muted: boolean;
  /** -dBov; `null` for silence, and where the talker withholds it. */
  readonly level: number | null;
}

export interface DisplaySize {
  readonly columns: number;
  readonly rows: number;
}

const METER_CELLS = 20;
/** The quietest level that shows. */
const METER_FLOOR_DB = 60;
const NAME_COLUMNS = 20;

/** The display as lines, of which none is wider and which are not more than what the terminal has. */
export function renderDisplay(state: DisplayState, { columns, rows }: DisplaySize): string[] {
  const head = [...headOf(state), ...activityOf(state), ''];
  const foot = ['', ...state.recent.map(printable), state.hint];
  // The line below the last one is where the cursor waits.
  const room = Math.max(0, rows - 1 - head.length - foot.length);
  const lines = [...head, ...renderNets(state.nets, room), ...foot];
  return lines.slice(0, Math.max(1, rows - 1)).map((line) => cut(line, columns));
}

/** `[########------------]`, 3 dB for each cell. */
export function renderMeter(level: number | null): string {
  const above = level === null ? 0 : METER_FLOOR_DB - level;
  const cells = Math.ceil((Math.max(0, above) / METER_FLOOR_DB) * METER_CELLS);
  return `[${'#'.repeat(cells)}${'-'.repeat(METER_CELLS - cells)}]`;
}

export function renderDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  if (seconds >= 3600) parts.unshift(Math.floor(seconds / 3600));
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function headOf({ server, name, elapsedMs, voice }: DisplayState): string[] {
  const title = `${printable(name)} at ${printable(server)}  ${renderDuration(elapsedMs)}`;
  if (voice === null) return [title, 'not connected'];
  const rtt = voice.rttMs === null ? 'not measured' : `${Math.round(voice.rttMs)} ms`;
  return [title, `voice  up ${voice.up ?? 'nowhere'}, down ${voice.down}, round trip ${rtt}`];
}

function activityOf({ speech, recording }: DisplayState): string[] {
  const lines: string[] = [];
  if (speech) {
    const muted = speech.muted ? '  MUTED' : '';
    lines.push(`says  ${renderMeter(speech.level)} ${printable(speech.label)}${muted}`);
  }
  if (recording) {
    const duration = renderDuration(recording.seconds * 1000);
    lines.push(`records  ${duration} to ${printable(recording.label)}`);
  }
  return lines;
}

function renderNets(nets: readonly NetState[], room: number): string[] {
  const wanted = nets.reduce((sum, { people }) => sum + 1 + people.length, 0);
  const share = wanted <= room ? Infinity : Math.max(1, Math.floor(room / nets.length) - 2);
  const lines = nets.flatMap((net) => renderNet(net, share));
  return lines.slice(0, room);
}

function renderNet({ name, talkTo, people }: NetState, share: number): string[] {
  // Who talks is what matters where not everybody fits.
  const sorted =
    people.length > share
      ? [...people].sort((a, b) => Number(b.talking) - Number(a.talking))
      : people;
  const shown = sorted.slice(0, share).map(renderPerson);
  const hidden = people.length - shown.length;
  const title = `${printable(name)}${talkTo ? '  (you talk here)' : ''}`;
  return [title, ...shown, ...(hidden > 0 ? [`    and ${hidden} more`] : [])];
}

function renderPerson({ name, self, talking, muted, level }: PersonState): string {
  const who = `${printable(name)}${self ? ' (you)' : ''}${muted ? ' (muted)' : ''}`;
  if (!talking) return `    ${who}`;
  return `  > ${who.padEnd(NAME_COLUMNS)} ${renderMeter(level)}`;
}

function cut(line: string, columns: number): string {
  const characters = [...line];
  return characters.length <= columns ? line : characters.slice(0, columns).join('');
}
