import { expect } from 'chai';
import { parseArguments, type Invocation } from '../../src/program/arguments.js';
import { programCommands } from '../../src/program/program-commands.js';

function invocationOf(line: string): Invocation {
  const parsed = parseArguments(line.split(' '));
  if (parsed.kind === 'command') return parsed;
  throw new Error(JSON.stringify(parsed));
}

function problemOf(line: string): string {
  const parsed = parseArguments(line.split(' '));
  return parsed.kind === 'problem' ? parsed.problem : JSON.stringify(parsed);
}

describe('parseArguments', () => {
  it('finds the command by its words, however many they are', () => {
    for (const { name } of programCommands) {
      const parsed = parseArguments([...name.split(' '), '--help']);
      expect(parsed.kind, name).to.equal('help');
      expect(parsed.kind === 'help' && parsed.text).to.match(new RegExp(`^${name}: `));
    }
  });

  it('knows every command that there has to be', () => {
    const groups = new Map<string, string[]>();
    for (const { name } of programCommands) {
      const [group = '', ...words] = name.split(' ');
      groups.set(group, [...(groups.get(group) ?? []), words.join(' ')]);
    }
    expect(Object.fromEntries(groups)).to.deep.equal({
      user: ['add', 'list', 'show', 'disable', 'enable', 'delete', 'password'],
      org: [
        ...['add', 'list', 'update', 'delete', 'member add', 'member remove', 'member list'],
        'template apply',
      ],
      channel: ['list', 'add', 'rename', 'move', 'delete'],
      role: [
        ...['add', 'update', 'list', 'assign', 'grant', 'unassign', 'delete'],
        ...['override set', 'override remove', 'override list', 'explain'],
      ],
      ban: ['add user', 'add network', 'list', 'lift'],
      invite: ['create', 'list', 'revoke'],
      export: [''],
      import: [''],
      doctor: [''],
    });
  });

  it('reads words, options, flags, durations and limits', () => {
    const { command, values, json, yes } = invocationOf(
      'ban add user ann --org Main --for 2h --reason rude --json --yes',
    );
    expect(command.name).to.equal('ban add user');
    expect(values).to.deep.equal({ user: 'ann', org: 'Main', for: 7_200_000, reason: 'rude' });
    expect([json, yes]).to.deep.equal([true, true]);
    expect(
      invocationOf('invite create --uses none --for ever --role a --role b').values,
    ).to.deep.equal({ uses: null, for: null, role: ['a', 'b'] });
    expect(invocationOf('user add ann --display-name Ann --administrator').values).to.deep.equal({
      name: 'ann',
      displayName: 'Ann',
      administrator: true,
    });
  });

  it('takes a last word that may be left out', () => {
    expect(invocationOf('role explain ann SPEAK').values).to.deep.equal({
      user: 'ann',
      permission: 'SPEAK',
    });
    expect(invocationOf('role explain ann SPEAK Lobby --org Blue').values).to.deep.equal({
      user: 'ann',
      permission: 'SPEAK',
      channel: 'Lobby',
      org: 'Blue',
    });
    const help = parseArguments(['role', 'explain', '--help']);
    expect(help.kind === 'help' && help.text).to.include('<user> <permission> [channel] [options]');
  });

  it('says what is wrong in one line', () => {
    expect(problemOf('user frobnicate')).to.match(/"user frobnicate" is no command/);
    expect(problemOf('user add')).to.match(/<name> is missing/);
    expect(problemOf('user add a b')).to.match(/"b" is too much/);
    expect(problemOf('user add a --passwort x')).to.match(/Unknown option "--passwort"/);
    expect(problemOf('ban add user ann --for soon')).to.match(/--for "soon" is no duration/);
    expect(problemOf('channel add a --participants 0')).to.match(/neither none nor an integer/);
    expect(problemOf('org update a --admission all')).to.match(/none of open, members/);
  });

  it('takes no password', () => {
    expect(problemOf('user add ann --password canary')).to.match(/Unknown option "--password"/);
  });

  it('shows the commands of a group whose command is not named', () => {
    const parsed = parseArguments(['org', 'member']);
    expect(parsed.kind === 'help' && parsed.text).to.include('org member add');
    expect(parsed.kind === 'help' && parsed.text).to.not.include('user add');
  });
});
