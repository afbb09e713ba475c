import { expect } from 'chai';
import {
  renderDisplay,
  renderDuration,
  renderMeter,
  type DisplayState,
  type PersonState,
} from '../src/display.js';

const SIZE = { columns: 80, rows: 24 };

function person(name: string, change: Partial<PersonState> = {}): PersonState {
  return { name, self: false, talking: false, muted: false, level: null, ...change };
}

function stateWith(change: Partial<DisplayState> = {}): DisplayState {
  return {
    server: 'http://127.0.0.1:8470',
    name: 'Ann',
    elapsedMs: 65_000,
    voice: { up: 'udp', down: 'websocket', rttMs: 12.4 },
    speech: null,
    recording: null,
    nets: [],
    recent: [],
    hint: 'Ctrl-C leaves',
    ...change,
  };
}

describe('the display', () => {
  it('shows who is on which net, who talks and how voice goes', () => {
    const lines = renderDisplay(
      stateWith({
        speech: { label: 'microphone (arecord)', level: 30, muted: false },
        recording: { label: 'heard.wav', seconds: 3661 },
        nets: [
          {
            name: 'Command',
            talkTo: true,
            people: [
              person('Ann', { self: true }),
              person('Bob', { talking: true, level: 15 }),
              person('Cem', { muted: true }),
            ],
          },
          { name: 'Lobby', talkTo: false, people: [person('Ann', { self: true })] },
        ],
        recent: ['Bob talks on Command'],
      }),
      SIZE,
    );
    expect(lines).to.deep.equal([
      'Ann at http://127.0.0.1:8470  01:05',
      'voice  up udp, down websocket, round trip 12 ms',
      'says  [##########----------] microphone (arecord)',
      'records  01:01:01 to heard.wav',
      '',
      'Command  (you talk here)',
      '    Ann (you)',
      '  > Bob                  [###############-----]',
      '    Cem (muted)',
      'Lobby',
      '    Ann (you)',
      '',
      'Bob talks on Command',
      'Ctrl-C leaves',
    ]);
  });

  it('says so when there is no session, no way for voice, and no measurement', () => {
    expect(renderDisplay(stateWith({ voice: null }), SIZE)[1]).to.equal('not connected');
    const voice = { up: null, down: 'websocket', rttMs: null } as const;
    expect(renderDisplay(stateWith({ voice }), SIZE)[1]).to.equal(
      'voice  up nowhere, down websocket, round trip not measured',
    );
  });

  it('shows that the microphone is muted', () => {
    const speech = { label: 'microphone', level: null, muted: true };
    expect(renderDisplay(stateWith({ speech }), SIZE)[2]).to.match(/microphone {2}MUTED$/);
  });

  it('never has more lines or columns than the terminal, and then shows those who talk', () => {
    const people = Array.from({ length: 200 }, (_, i) => person(`Person ${i} ${'x'.repeat(80)}`));
    people[150] = person('Zoe', { talking: true, level: 0 });
    const nets = ['A', 'B'].map((name) => ({ name, talkTo: true, people }));
    for (const size of [SIZE, { columns: 20, rows: 12 }, { columns: 5, rows: 3 }]) {
      const lines = renderDisplay(stateWith({ nets }), size);
      expect(lines.length).to.be.below(size.rows);
      expect(Math.max(...lines.map((line) => [...line].length))).to.be.at.most(size.columns);
    }
    const text = renderDisplay(stateWith({ nets }), SIZE).join('\n');
    expect(text.match(/> Zoe/g)).to.have.lengthOf(2);
    expect(text.match(/and \d+ more/g)).to.have.lengthOf(2);
  });

  it('does not let the names of others move the cursor', () => {
    const nets = [{ name: 'A\x1b[2J\nB', talkTo: false, people: [person('E\x1b[31mve\u202e')] }];
    const lines = renderDisplay(stateWith({ nets, recent: ['x\x07y'] }), SIZE);
    expect(lines).to.include.members(['A[2J B', '    E[31mve', 'xy']);
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    expect(lines.join('')).not.to.match(/[\x00-\x1f\x7f\u202e]/);
  });
});

describe('the level meter', () => {
  it('is full at the loudest and empty at silence', () => {
    expect(renderMeter(0)).to.equal(`[${'#'.repeat(20)}]`);
    expect(renderMeter(60)).to.equal(`[${'-'.repeat(20)}]`);
    expect(renderMeter(127)).to.equal(`[${'-'.repeat(20)}]`);
    expect(renderMeter(null)).to.equal(`[${'-'.repeat(20)}]`);
  });

  it('has one cell for each 3 dB', () => {
    expect(renderMeter(57)).to.equal(`[#${'-'.repeat(19)}]`);
    expect(renderMeter(30)).to.equal(`[${'#'.repeat(10)}${'-'.repeat(10)}]`);
  });
});

describe('a duration', () => {
  it('has hours only when there are some', () => {
    expect(renderDuration(59_999)).to.equal('00:59');
    expect(renderDuration(3_600_000)).to.equal('01:00:00');
  });
});
