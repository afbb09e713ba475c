import { expect } from 'chai';
import {
  encodeError,
  encodeNotification,
  encodeRequest,
  encodeResult,
  encodeStateEvent,
  methods,
  secretNotifications,
  serverMethods,
  sessionNotifications,
  signals,
  stateEvents,
  WireError,
} from '@sidetone/protocol';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../scripts/docs/repository.js';
import { Check } from 'typebox/schema';

const file = join(repository, 'docs/reference/control.schema.json');
const schema = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> & {
  readonly $defs: Readonly<Record<string, object>>;
};

const ID = '00000000-0000-4000-8000-000000000000';
const SOURCE = { id: ID, handle: 1, session: ID, kind: 'microphone' };
const ROUTE = { id: ID, handle: 1, kind: 'channel', channel: ID };

function allows(message: string): boolean {
  return Check(schema, JSON.parse(message));
}

/** Every `$ref` anywhere in the file. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === '$ref' ? [String(each)] : references(each),
  );
}

describe('docs/reference/control.schema.json', () => {
  it('defines every message', () => {
    const shapes = [methods, serverMethods].flatMap((table) =>
      Object.keys(table).flatMap((name) => [`${name}.params`, `${name}.result`]),
    );
    const names = [stateEvents, signals, secretNotifications, sessionNotifications].flatMap(
      (table) => Object.keys(table),
    );
    expect(Object.keys(schema.$defs)).to.include.members([...shapes, ...names]);
  });

  it('refers to nothing that it does not define', () => {
    const defined = Object.keys(schema.$defs).map((name) => `#/$defs/${name}`);
    expect(references(schema)).to.be.an('array').that.is.not.empty;
    expect(defined).to.include.members(references(schema));
  });

  it('allows what the code writes', () => {
    const started = { id: ID, source: SOURCE, routes: [ROUTE], priority: 1, firstSeq: 7 };
    const busy = new WireError('NET_BUSY', 'the floor is taken', { details: { holder: ID } });
    const messages = [
      encodeRequest(1, 'channel.join', { channel: ID }),
      encodeResult(1, {}),
      encodeError(null, busy),
      encodeNotification('transmissionStarted', started),
      encodeNotification('keys.senders', { route: ROUTE, senders: [[5, SOURCE]] }),
      encodeStateEvent('channelDeleted', 3, JSON.stringify({ channel: ID })),
    ];
    expect(messages.filter((message) => !allows(message))).to.deep.equal([]);
  });

  it('refuses what the code would refuse', () => {
    const wrong = [
      encodeRequest(1, 'channel.join', { channel: 'Command' }),
      encodeRequest(-1, 'channel.join', { channel: ID }),
      encodeNotification('channelDeleted', { channel: ID }),
      encodeNotification('nobody.knows', {}),
      encodeNotification('keys.senders', { route: ROUTE, senders: [[SOURCE, 5]] }),
      encodeNotification('keys.senders', { route: ROUTE, senders: [[5, SOURCE, 6]] }),
    ];
    expect(wrong.filter((message) => allows(message))).to.deep.equal([]);
  });
});
