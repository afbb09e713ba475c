import { closeCodes, wireErrors, type ComeBack } from '@sidetone/protocol';
import { GENERATED, table } from './markdown.js';

const ERRORS = `An answer that is no result has an \`error\` with an integer \`code\`, a \`message\` for people, and \`data\`. Programs
compare \`data.code\`, the string: it says more than the integer and is never given another meaning.

\`\`\`json
{
  "jsonrpc": "2.0",
  "id": 7,
  "error": {
    "code": -32008,
    "message": "a session joins at most 64 channels",
    "data": { "code": "LIMIT_EXCEEDED", "retryable": false, "details": { "channelsJoined": 64 } }
  }
}
\`\`\`

\`retryable\` says whether the same request may succeed later without a change by the caller; \`retryAfterMs\`, where it is
given, when to try at the earliest. \`details\` has facts for programs; which ones depends on the code.`;

const CLOSES = `The server sends [closing](control-messages.md#closing) with the name as its \`reason\` and then closes the WebSocket with
the code. Whether a client may come back by itself depends on the code alone.`;

const COME_BACK: { readonly [C in ComeBack]: string } = {
  retry: 'yes, at its own pace',
  retryAfter: 'yes, not before `retryAfterMs` of `closing`',
  never: 'no: a person or a program decides anew',
};

/** docs/reference/wire-errors.md */
export function wireErrorsPage(): string {
  const errors = Object.entries(wireErrors).map(([name, { rpc, retryable, meaning }]) => [
    `\`${name}\``,
    String(rpc),
    retryable ? 'yes' : 'no',
    meaning,
  ]);
  const closes = Object.entries(closeCodes).map(([name, { code, comeBack, meaning }]) => [
    `\`${name}\``,
    String(code),
    COME_BACK[comeBack],
    meaning,
  ]);
  return [
    `# Wire errors and close codes\n\n${GENERATED}`,
    `## Errors\n\n${ERRORS}`,
    table(['`data.code`', '`code`', 'Retryable', 'Meaning'], errors),
    `## Close codes\n\n${CLOSES}`,
    table(['Reason', 'Code', 'May the client come back?', 'Meaning'], closes),
  ].join('\n\n');
}
