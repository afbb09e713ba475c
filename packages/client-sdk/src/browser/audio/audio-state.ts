/**
 * - `blocked`: the browser plays nothing before a gesture; `start()` in one goes on
 * - `interrupted`: the system has taken the sound away (on iOS, a call) and gives it back by itself
 */
export type AudioState = 'stopped' | 'starting' | 'running' | 'blocked' | 'interrupted' | 'failed';

/** What moves the sound of a page from state to state. */
export type AudioStep =
  | 'start'
  | 'stop'
  /** Its context runs, with all that is to be heard connected. */
  | 'ran'
  /** Its context does not run, and the browser waits for a gesture. */
  | 'suspended'
  | 'interrupted'
  /** A context that is gone is being replaced. */
  | 'replaced'
  | 'failed';

const NEXT: Readonly<Record<AudioState, Readonly<Partial<Record<AudioStep, AudioState>>>>> = {
  stopped: { start: 'starting', failed: 'failed' },
  starting: {
    stop: 'stopped',
    ran: 'running',
    suspended: 'blocked',
    interrupted: 'interrupted',
    failed: 'failed',
  },
  running: {
    stop: 'stopped',
    suspended: 'blocked',
    interrupted: 'interrupted',
    replaced: 'starting',
    failed: 'failed',
  },
  blocked: {
    start: 'starting',
    stop: 'stopped',
    ran: 'running',
    interrupted: 'interrupted',
    replaced: 'starting',
    failed: 'failed',
  },
  interrupted: {
    start: 'starting',
    stop: 'stopped',
    ran: 'running',
    suspended: 'blocked',
    replaced: 'starting',
    failed: 'failed',
  },
  failed: { start: 'starting', stop: 'stopped', failed: 'failed' },
};

/** The state after this step; the same one where it changes nothing. */
export function nextAudioState(state: AudioState, step: AudioStep): AudioState {
  return NEXT[state][step] ?? state;
}
