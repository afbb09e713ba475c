import { Priorities, WireError } from '@sidetone/protocol';
import { requireSession, type Commands } from './command.js';

type SessionCommands = Pick<
  Commands,
  | 'session.close'
  | 'session.setState'
  | 'talk.register'
  | 'talk.unregister'
  | 'voice.report'
  | 'voice.setPath'
  | 'keys.fetch'
>;

/** A session's own life and talk. */
export const sessionCommands: SessionCommands = {
  'session.close': {
    cost: 1,
    audited: false,
    run(context) {
      const session = requireSession(context);
      // The answer goes out ahead of the close frame.
      setImmediate(() => {
        context.world.sessions.close(session, 'left', 'closed by the client', 'SESSION_CLOSED');
      });
      return {};
    },
  },

  'session.setState': {
    cost: 1,
    audited: false,
    run(context, { muted, deafened }) {
      const { world, organization } = context;
      const session = requireSession(context);
      const before = `${session.muted} ${session.deafened}`;
      session.muted = muted ?? session.muted;
      session.deafened = deafened ?? session.deafened;
      if (before !== `${session.muted} ${session.deafened}`) {
        world.plane.changed({ sessionId: session.id });
        world.publisher.participantChanged(organization, session);
      }
      return {};
    },
  },

  'talk.register': {
    cost: 1,
    audited: false,
    async run(context, { source, target, priority }) {
      const { plane, recorder } = context.world;
      const session = requireSession(context);
      const registered = await plane.register(session.id, {
        sourceName: source ?? 'microphone',
        target,
        priority: (priority ?? Priorities.normal) as 0 | 1 | 2 | 3,
      });
      recorder.changed(session);
      return registered;
    },
  },

  'talk.unregister': {
    cost: 1,
    audited: false,
    run(context, { target }) {
      const { plane, recorder } = context.world;
      const session = requireSession(context);
      plane.unregister(session.id, target);
      recorder.changed(session);
      return {};
    },
  },

  'voice.report': {
    cost: 1,
    audited: false,
    run(context, report) {
      context.world.plane.report(requireSession(context).id, report);
      return {};
    },
  },

  'voice.setPath': {
    cost: 1,
    audited: false,
    run(context, { downlink }) {
      context.world.plane.setDownlink(requireSession(context).id, downlink);
      return {};
    },
  },

  'keys.fetch': {
    cost: 1,
    audited: false,
    async run(context, { route }) {
      const { clock } = context.world.dependencies;
      const session = requireSession(context);
      const waitMs = session.keyFetches.take(route, clock.now());
      if (waitMs > 0) {
        throw new WireError(
          'RATE_LIMITED',
          `the keys of a route once a second; wait ${waitMs} ms`,
          {
            retryAfterMs: waitMs,
          },
        );
      }
      return { keys: [...(await context.world.plane.keys(session.id, { routeId: route }))] };
    },
  },
};
