import {
  ChannelView,
  Downlink,
  Handle,
  Id,
  Key32,
  LeaveReason,
  Limits,
  MembershipEntry,
  MembershipView,
  Name,
  ParticipantView,
  Priority,
  RouteKeys,
  RouteKind,
  RouteView,
  SenderIndex,
  Senders,
  SourceName,
  SourceView,
  TalkTargetSpec,
  Text,
  TransmissionEndReason,
  TransmissionView,
  UserView,
  VoiceOffer,
} from '@sidetone/protocol';
import { plainSchema, type JsonSchema } from './json-schema.js';

/** Shapes that messages share. They get a name in the reference; every other shape is spelled out. */
export const sharedShapes: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  Object.entries({
    Id,
    Handle,
    Name,
    Text,
    Key32,
    Priority,
    SourceName,
    SenderIndex,
    Senders,
    Downlink,
    RouteKind,
    LeaveReason,
    TransmissionEndReason,
    UserView,
    ChannelView,
    ParticipantView,
    MembershipView,
    MembershipEntry,
    RouteView,
    SourceView,
    TransmissionView,
    TalkTargetSpec,
    VoiceOffer,
    RouteKeys,
    Limits,
  }).map(([name, schema]) => [name, plainSchema(schema)]),
);

const names = new Map(
  Object.entries(sharedShapes).map(([name, schema]) => [JSON.stringify(schema), name]),
);

/** The name of the shape, also where a message repeats it as optional; `undefined` when it has none. */
export function nameOfShape(schema: JsonSchema): string | undefined {
  return names.get(JSON.stringify(schema));
}
