import {
  FREE_NET,
  type ChannelView,
  type MembershipView,
  type ParticipantView,
} from '@sidetone/protocol';
import { expect } from 'chai';
import type { Transform } from '../../src/hook/hooks.js';
import { createHookBench } from '../double/hook-bench.js';

const id = (digit: number): string => `00000000-0000-4000-8000-00000000000${digit}`;

const channel: ChannelView = {
  id: id(1),
  parent: id(2),
  name: 'Flight',
  topic: '',
  position: 0,
  participantLimit: null,
  temporary: false,
  passwordProtected: false,
  net: FREE_NET,
};
const participant: ParticipantView = {
  session: id(3),
  user: { id: id(4), name: 'Ada', guest: true },
  muted: false,
  deafened: false,
  away: false,
};
const membership: MembershipView = {
  listening: true,
  muted: false,
  deafened: false,
  mutedByModerator: false,
  deafenedByModerator: false,
};

describe('transforms', () => {
  it('give the view back as it is where there are none', () => {
    const { hooks } = createHookBench();
    expect(hooks.view('channel', channel)).to.equal(channel);
  });

  it('rewrite a view, one on top of the other', () => {
    const { hooks, log } = createHookBench();
    hooks.addTransform('a', 'channel', (view) => ({ ...view, name: `${view.name}!` }));
    hooks.addTransform('b', 'channel', (view) => ({ ...view, name: `<${view.name}>` }));
    hooks.addTransform('c', 'membership', (view) => ({ ...view, selected: true }));
    expect(hooks.view('channel', channel).name).to.equal('<Flight!>');
    expect(hooks.view('membership', membership).selected).to.equal(true);
    expect(log.messages('error')).to.deep.equal([]);
  });

  const broken: Record<string, Transform<'channel'>> = {
    'that throws': () => {
      throw new Error('no');
    },
    'that returns nothing': () => undefined as unknown as ChannelView,
    'that leaves the schema': (view) => ({ ...view, name: '' }),
    'that takes a field away': ({ name: _, ...view }) => view as ChannelView,
    'that changes the id': (view) => ({ ...view, id: id(9) }),
    'that changes the parent': (view) => ({ ...view, parent: null }),
    'that is larger than 16 KiB': (view) => ({ ...view, extra: 'x'.repeat(16_400) }),
    'that is no JSON': (view) => ({ ...view, extra: 1n }),
    'that changes what it is given': (view) => {
      (view as { name: string }).name = 'Other';
      return view;
    },
    'that is a promise': (view) => Promise.resolve(view) as unknown as ChannelView,
    'that shows each reader something else': (view) => ({ ...view, toJSON: () => ({ id: id(9) }) }),
  };
  for (const [what, transform] of Object.entries(broken)) {
    it(`skip one ${what}, log its plugin, and go on with the others`, () => {
      const { hooks, log } = createHookBench();
      hooks.addTransform('broken', 'channel', transform);
      hooks.addTransform('fine', 'channel', (view) => ({ ...view, topic: 'fine' }));
      expect(hooks.view('channel', channel)).to.deep.equal({ ...channel, topic: 'fine' });
      expect(channel.name).to.equal('Flight');
      expect(log.messages('error')).to.have.length(1);
      expect(log.messages('error')[0]).to.include('"broken"').and.to.include('"channel"');
    });
  }

  it('cannot give a participant another session or user', () => {
    const { hooks, log } = createHookBench();
    hooks.addTransform('a', 'participant', (view) => ({ ...view, session: id(9) }));
    hooks.addTransform('b', 'participant', (view) => ({
      ...view,
      user: { ...view.user, id: id(9) },
    }));
    expect(hooks.view('participant', participant)).to.deep.equal(participant);
    expect(log.messages('error')).to.have.length(2);
  });

  it('take a view of up to 16 KiB, fields of the plugin included', () => {
    const { hooks, log } = createHookBench();
    hooks.addTransform('tags', 'channel', (view) => ({ ...view, tags: ['x'.repeat(16_000)] }));
    expect(hooks.view('channel', channel)).to.have.property('tags');
    expect(log.messages('error')).to.deep.equal([]);
  });
});
