import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { Screen } from '../src/screen.js';
import { isTerminal, LineView } from '../src/view.js';

describe('the screen', () => {
  const screenInto = (written: string[]): Screen =>
    new Screen({ columns: 40, rows: 10, write: (text) => written.push(text) });

  it('draws over what it drew before', () => {
    const written: string[] = [];
    const screen = screenInto(written);
    screen.draw(['one', 'two', 'three']);
    screen.draw(['four']);
    screen.draw([]);
    expect(written).to.deep.equal([
      '\x1b[?7lone\x1b[K\ntwo\x1b[K\nthree\x1b[K\n\x1b[J\x1b[?7h',
      '\x1b[?7l\x1b[3Ffour\x1b[K\n\x1b[J\x1b[?7h',
      '\x1b[?7l\x1b[1F\x1b[J\x1b[?7h',
    ]);
  });

  it('prints lines that stay above what changes', () => {
    const written: string[] = [];
    const screen = screenInto(written);
    screen.draw(['one']);
    screen.print('a warning');
    screen.draw(['one']);
    expect(written[1]).to.equal('\x1b[1F\x1b[Ja warning\n');
    expect(written[2]).not.to.include('\x1b[1F');
  });

  it('has a size even where the terminal does not know its own', () => {
    const screen = new Screen({ columns: 0, rows: 0, write: () => true });
    expect(screen.size).to.deep.equal({ columns: 80, rows: 24 });
  });
});

describe('the view for pipes', () => {
  it('writes one line for each event, without control characters', () => {
    const output = new PassThrough();
    const view = new LineView(output);
    view.tell('Bob\x1b[31m talks\non Lobby');
    view.warn('no sound');
    expect(String(output.read())).to.equal('Bob[31m talks on Lobby\nwarning: no sound\n');
  });

  it('is taken where there is no terminal', () => {
    expect(isTerminal(new PassThrough())).to.equal(false);
  });
});
