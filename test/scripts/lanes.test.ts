import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { runLanes } from '../../scripts/lanes.mjs';
import { mochaEpilogue } from '../../scripts/mocha-epilogue.mjs';

type Output = (chunk: Buffer) => void;

const GREEN = '  a noun\n    ✔ does it\n\n\n  12 passing (3s)\n\n';
const RED = `  a noun\n    1) does it\n\n\n  3 passing (90ms)\n  1 failing\n
  1) a noun
       does it:
     AssertionError: expected 1 to equal 2
      at Context.<anonymous> (test/noun.test.ts:3:4)\n\n`;

function job(name = 'a lane'): {
  readonly name: string;
  readonly run: (output: Output) => Promise<number>;
  readonly write: (text: string) => void;
  readonly end: (code: number) => void;
} {
  let end: (code: number) => void = () => {};
  let output: Output = () => {};
  const code = new Promise<number>((resolve) => (end = resolve));
  return {
    name,
    run: (given) => {
      output = given;
      return code;
    },
    write: (text) => output(Buffer.from(text)),
    end,
  };
}

const ended = (name: string, text: string, code: number): ReturnType<typeof job> => ({
  ...job(name),
  run: async (output) => {
    output(Buffer.from(text));
    return code;
  },
});

async function textOf(lanes: ReturnType<typeof job>[]): Promise<{ code: number; text: string }> {
  const shown = new PassThrough();
  const code = await runLanes([{ lanes, atOnce: lanes.length }], shown);
  return { code, text: String(shown.read()) };
}

describe('jobs side by side', () => {
  it('show their output one after another, the second as soon as the first is done', async () => {
    const [first, second] = [job(), job()];
    const shown = new PassThrough();
    const code = runLanes([{ lanes: [first, second], atOnce: 2 }], shown);
    first.write('at once ');
    second.write('early ');
    expect(String(shown.read())).to.equal('at once ');
    first.end(0);
    await new Promise(setImmediate);
    second.write('late');
    expect(String(shown.read())).to.equal('early late');
    second.end(0);
    expect(await code).to.equal(0);
  });

  it('fail when any of them fails, after all have ended', async () => {
    const [first, second] = [job(), job()];
    let over = false;
    const code = runLanes([{ lanes: [first, second], atOnce: 2 }], new PassThrough()).then(
      (value) => {
        over = true;
        return value;
      },
    );
    first.end(3);
    await new Promise(setImmediate);
    expect(over).to.equal(false);
    second.end(4);
    expect(await code).to.equal(3);
    expect((await textOf([ended('a', GREEN, 0), ended('b', RED, 5)])).code).to.equal(5);
  });

  it('are no more than may run at once: the next begins when one of them has ended', async () => {
    const jobs = [job('a'), job('b'), job('c')];
    const begun: string[] = [];
    const watched = jobs.map((each) => ({
      ...each,
      run: (output: Output) => {
        begun.push(each.name);
        return each.run(output);
      },
    }));
    const code = runLanes([{ lanes: watched, atOnce: 2 }], new PassThrough());
    await new Promise(setImmediate);
    expect(begun).to.deep.equal(['a', 'b']);
    jobs[1]?.end(0);
    await new Promise(setImmediate);
    expect(begun).to.deep.equal(['a', 'b', 'c']);
    jobs[0]?.end(0);
    jobs[2]?.end(9);
    expect(await code).to.equal(9);
  });

  it('of another phase begin when all before them have ended, failed or not', async () => {
    const [first, second] = [job('a'), job('b')];
    let begun = false;
    const late = {
      ...second,
      run: (output: Output) => {
        begun = true;
        return second.run(output);
      },
    };
    const phases = [[first], [late]].map((lanes) => ({ lanes, atOnce: 1 }));
    const shown = new PassThrough();
    const code = runLanes(phases, shown);
    await new Promise(setImmediate);
    expect(begun).to.equal(false);
    first.end(6);
    await new Promise(setImmediate);
    expect(begun).to.equal(true);
    second.end(0);
    expect(await code).to.equal(6);
    expect(String(shown.read())).to.match(/ {2}a: .*\n {2}b: /);
  });

  it('end with what failed in any of them, and with the count of each', async () => {
    const { text } = await textOf([ended('units', RED, 1), ended('the rest', GREEN, 0)]);
    const end = text.slice(text.lastIndexOf('Failed in'));
    expect(end).to.equal(`Failed in units:

1) a noun
       does it:
     AssertionError: expected 1 to equal 2
      at Context.<anonymous> (test/noun.test.ts:3:4)

All tests:
  units: 3 passing, 1 failing (exit code 1)
  the rest: 12 passing
`);
  });

  it('name no failure where there is none', async () => {
    const { text } = await textOf([ended('units', GREEN, 0)]);
    expect(text).to.not.include('Failed');
    expect(text.endsWith('\nAll tests:\n  units: 12 passing\n')).to.equal(true);
  });

  it('show the last lines of one that ended before it was summed up', async () => {
    const crash = `${'line\n'.repeat(100)}Error: cannot find module\n`;
    const { text } = await textOf([ended('units', crash, 7), ended('the rest', GREEN, 0)]);
    const end = text.slice(text.lastIndexOf('Failed in'));
    expect(end).to.include('Error: cannot find module');
    expect(end).to.include('units: ended before mocha summed it up (exit code 7)');
    expect(end.split('\n').length).to.be.below(60);
  });
});

describe('the end of a run of mocha', () => {
  it('is found in colours, too, and where a test itself prints one', () => {
    const coloured = RED.replace(
      '  3 passing',
      '\u001b[92m \u001b[0m\u001b[32m 3 passing\u001b[0m',
    );
    const { counts, failures } = mochaEpilogue(`${GREEN}${coloured}`);
    expect(counts).to.equal('3 passing, 1 failing');
    expect(failures.startsWith('1) a noun')).to.equal(true);
  });
});
