import {
  methods,
  secretNotifications,
  serverMethods,
  sessionNotifications,
  signals,
  stateEvents,
} from '@sidetone/protocol';
import { plainSchema, type JsonSchema } from './json-schema.js';
import { GENERATED } from './markdown.js';
import { describeShape } from './schema-table.js';
import { sharedShapes } from './shared-shape.js';
import {
  methodSummaries,
  secretSummaries,
  serverMethodSummaries,
  sessionNotificationSummaries,
  signalSummaries,
  stateEventSummaries,
} from './summaries.js';

type Summaries<T> = { readonly [K in keyof T]: string };
type MethodTable = Readonly<Record<string, { readonly params: object; readonly result: object }>>;
type NotificationTable = Readonly<Record<string, object>>;

const INTRODUCTION = `Every message of the control connection, from the schemas that the server checks them against. How messages follow
each other is in [the protocol](../protocol/control.md); the same as JSON Schema is in
[control.schema.json](control.schema.json). Fields marked \`?\` may be left out. Unknown fields are ignored.`;

const SEQ: JsonSchema = {
  type: 'integer',
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Number of this event in the session.',
};

/** docs/reference/control-messages.md */
export function controlMessagesPage(): string {
  return [
    `# Control messages\n\n${GENERATED}\n\n${INTRODUCTION}`,
    '## Methods of the server\n\nA client asks, the server answers.',
    ...methodSections(methods, methodSummaries),
    '## Methods of the client\n\nThe server asks, the client answers.',
    ...methodSections(serverMethods, serverMethodSummaries),
    '## Around the session\n\nNotifications of the server, without a number.',
    ...sections(sessionNotifications, sessionNotificationSummaries),
    '## State events\n\nNotifications of the server, numbered per session without gaps.',
    ...sections(stateEvents, stateEventSummaries, (shape) => numbered(shape)),
    '## Signals\n\nNotifications of the server that are worth nothing when late: unnumbered, and the first to be left out for a client that reads slowly.',
    ...sections(signals, signalSummaries),
    '## Secrets\n\nNotifications of the server that carry or concern keys. No hook, log or audit entry has them.',
    ...sections(secretNotifications, secretSummaries),
    '## Shared shapes',
    ...Object.entries(sharedShapes).map(([name, shape]) => shapeSection(name, shape)),
  ].join('\n\n');
}

function methodSections<T extends MethodTable>(table: T, summaries: Summaries<T>): string[] {
  return Object.entries(table).map(([name, { params, result }]) =>
    [
      `### ${name}`,
      summaries[name],
      `**Params.** ${onNewLine(describeShape(plainSchema(params)))}`,
      `**Result.** ${onNewLine(describeShape(plainSchema(result)))}`,
    ].join('\n\n'),
  );
}

function sections<T extends NotificationTable>(
  table: T,
  summaries: Summaries<T>,
  complete: (shape: JsonSchema) => JsonSchema = (shape) => shape,
): string[] {
  return Object.entries(table).map(([name, schema]) =>
    [`### ${name}`, summaries[name], describeShape(complete(plainSchema(schema)))].join('\n\n'),
  );
}

/** The number of a state event stands before the fields of its own. */
export function numbered(shape: JsonSchema): JsonSchema {
  return {
    ...shape,
    required: ['seq', ...(shape.required ?? [])],
    properties: { seq: SEQ, ...shape.properties },
  };
}

function shapeSection(name: string, shape: JsonSchema): string {
  const about = shape.description === undefined ? '' : `${shape.description}\n\n`;
  return `### ${name}\n\n${about}${describeShape(shape)}`;
}

function onNewLine(text: string): string {
  return text.startsWith('|') ? `\n\n${text}` : text;
}
