import type { SourceView } from '@sidetone/protocol';

/** What talks: a session's microphone, or its music. Lives until the session ends. */
export interface TalkSource {
  readonly id: string;
  readonly handle: number;
  readonly view: SourceView;
}
