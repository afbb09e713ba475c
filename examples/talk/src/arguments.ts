import path from 'node:path';
import { parseArgs } from 'node:util';
import type { VoiceTransportName } from '@sidetone/client-sdk';
import { PASSWORD_VARIABLE } from './account-password.js';
import type { AccountLogin, RecordingOutput, Settings, SpeechInput } from './settings.js';

export type ParsedArguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'settings'; readonly settings: Settings }
  /** Everything that is wrong, in one line. */
  | { readonly kind: 'problem'; readonly problem: string };

const options = {
  url: { type: 'string' },
  name: { type: 'string' },
  user: { type: 'string' },
  'password-file': { type: 'string' },
  channel: { type: 'string', multiple: true },
  'talk-to': { type: 'string', multiple: true },
  play: { type: 'string' },
  live: { type: 'boolean' },
  mic: { type: 'boolean' },
  record: { type: 'string' },
  speaker: { type: 'boolean' },
  transport: { type: 'string' },
  'leave-after': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];
type Environment = Readonly<Record<string, string | undefined>>;

const STDIO = '-';
const MAX_LEAVE_AFTER_SECONDS = 7 * 24 * 3600;
/** Of an account, and of everybody. */
const MAX_NAME_LENGTH = 80;
/** As many as one talk target takes. */
const MAX_TALK_CHANNELS = 8;
const URL_PROTOCOLS = ['ws:', 'wss:', 'http:', 'https:'];

/** @param args as typed, without the program's own name */
export function parseArguments(args: readonly string[], env: Environment): ParsedArguments {
  let values: Values;
  try {
    values = parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    return { kind: 'problem', problem: explainParseError(error) };
  }
  if (values.help === true) return { kind: 'help' };
  const problems = [
    ...findProblems(values),
    ...findAccountProblems(values, env),
    ...findConflicts(values, env),
  ];
  if (problems.length > 0) return { kind: 'problem', problem: problems.join('; ') };
  return { kind: 'settings', settings: settingsOf(values, env) };
}

/** The parser's own sentences go on about positional arguments; the first one says it. */
function explainParseError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split(/\.\s/)[0] ?? message).replaceAll("'", '"').replaceAll('\n', ' ');
}

function findProblems(values: Values): string[] {
  const problems: string[] = [];
  const { url, name, channel = [], 'talk-to': talkTo = [], transport } = values;
  const leaveAfter = values['leave-after'];
  if (url !== undefined && !isServerUrl(url)) {
    problems.push(`--url "${url}" is no address; give for instance http://127.0.0.1:8470`);
  }
  if (name?.trim() === '') problems.push('--name "" is empty; give a name that others see');
  if ([...channel, ...talkTo].includes('')) problems.push('--channel "" is empty; give its name');
  if (transport !== undefined && !isTransport(transport)) {
    problems.push(`--transport "${transport}" is unknown; give udp or websocket, or leave it out`);
  }
  if (leaveAfter !== undefined && !isDuration(leaveAfter)) {
    problems.push(
      `--leave-after "${leaveAfter}" is no number of seconds; give 0 to ${MAX_LEAVE_AFTER_SECONDS}`,
    );
  }
  for (const option of ['play', 'record'] as const) {
    if (values[option] === '') problems.push(`--${option} "" is empty; give a file, or - for PCM`);
  }
  return problems;
}

function findAccountProblems(values: Values, env: Environment): string[] {
  const { user, name, play, 'password-file': file } = values;
  if (user === undefined) {
    return file === undefined ? [] : ['--password-file is for --user; leave it out'];
  }
  const problems: string[] = [];
  if (user === '' || user.length > MAX_NAME_LENGTH) {
    problems.push(
      `--user "${user}" is no account; give a name of 1 to ${MAX_NAME_LENGTH} characters`,
    );
  }
  if (name !== undefined) problems.push('--user has a name already; leave --name out');
  if (file === '') problems.push('--password-file "" is empty; give a file');
  if (play === STDIO && accountOf(values, env)?.password.kind === 'terminal') {
    problems.push(
      `--play - takes what is typed; give the password in ${PASSWORD_VARIABLE} or --password-file`,
    );
  }
  return problems;
}

function findConflicts(values: Values, env: Environment): string[] {
  const problems: string[] = [];
  const { channel = [], 'talk-to': talkTo = [], play, record, mic = false, live = false } = values;
  const stray = talkTo.filter((name) => !channel.includes(name));
  if (stray.length > 0) {
    problems.push(`--talk-to "${stray.join('", "')}" is not joined; add it as --channel`);
  }
  if (new Set(talkTo.length > 0 ? talkTo : channel).size > MAX_TALK_CHANNELS) {
    problems.push(`nobody talks to more than ${MAX_TALK_CHANNELS} channels; choose with --talk-to`);
  }
  if (mic && play !== undefined) problems.push('--mic and --play both talk; give one of them');
  if (live && play !== STDIO) problems.push('--live is for --play - alone; leave it out');
  if (play !== undefined && play !== STDIO && isSameFile(play, record)) {
    problems.push(`--record "${record}" would overwrite what is played; give another file`);
  }
  if (record === STDIO && npmWritesToStdout(env)) {
    problems.push(
      'npm writes lines of its own to stdout; for --record - run npm --silent run talk',
    );
  }
  return problems;
}

function settingsOf(values: Values, env: Environment): Settings {
  const { url = null, channel = [], 'talk-to': talkTo = [], transport } = values;
  const leaveAfter = values['leave-after'];
  return {
    url,
    dataDir: path.resolve(env['SIDETONE_DATA_DIR'] || 'data'),
    name: values.name ?? values.user ?? (env['USER'] || env['USERNAME'] || 'Guest'),
    account: accountOf(values, env),
    channels: [...new Set(channel)],
    talkTo: [...new Set(talkTo)],
    speech: speechOf(values),
    recording: recordingOf(values),
    speaker: values.speaker === true ? 'required' : values.mic === true ? 'ifPossible' : 'no',
    transports: isTransport(transport) ? [transport] : ['udp', 'websocket'],
    leaveAfterMs: leaveAfter === undefined ? null : Number(leaveAfter) * 1000,
  };
}

function accountOf({ user, 'password-file': file }: Values, env: Environment): AccountLogin | null {
  if (user === undefined) return null;
  if (file !== undefined)
    return { name: user, password: { kind: 'file', path: path.resolve(file) } };
  const inEnvironment = (env[PASSWORD_VARIABLE] ?? '') !== '';
  return { name: user, password: { kind: inEnvironment ? 'environment' : 'terminal' } };
}

function speechOf({ mic, play, live = false }: Values): SpeechInput | null {
  if (mic === true) return { kind: 'microphone' };
  if (play === undefined) return null;
  return play === STDIO ? { kind: 'stdin', live } : { kind: 'file', path: path.resolve(play) };
}

function recordingOf({ record }: Values): RecordingOutput | null {
  if (record === undefined) return null;
  return record === STDIO ? { kind: 'stdout' } : { kind: 'file', path: path.resolve(record) };
}

function isServerUrl(text: string): boolean {
  return URL.canParse(text) && URL_PROTOCOLS.includes(new URL(text).protocol);
}

function isTransport(name: string | undefined): name is VoiceTransportName {
  return name === 'udp' || name === 'websocket';
}

function isDuration(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text) && Number(text) <= MAX_LEAVE_AFTER_SECONDS;
}

function isSameFile(first: string, second: string | undefined): boolean {
  return second !== undefined && path.resolve(first) === path.resolve(second);
}

/** npm prints the name of a script before it runs it, which would be noise at the head of the PCM. */
function npmWritesToStdout(env: Environment): boolean {
  return env['npm_lifecycle_event'] === 'talk' && env['npm_config_loglevel'] !== 'silent';
}
