import { Type } from '../schema/type.js';
import type { Static } from 'typebox';
import { SourceView } from './view.js';

const Loss = Type.Number({
  minimum: 0,
  maximum: 1,
  description: 'Part of the frames that were lost.',
});
const Burst = Type.Number({
  minimum: 1,
  maximum: 1000,
  description: 'Frames lost in a row, on average; 1 where none were.',
});
const Milliseconds = Type.Number({ minimum: 0, maximum: 60_000 });

/** How a listener is reached. */
export const VoiceReport = Type.Object({
  loss: Loss,
  burst: Burst,
  jitterMs: Milliseconds,
  rttMs: Type.Optional(Milliseconds),
});
export type VoiceReport = Static<typeof VoiceReport>;

/** How the frames of a talker have fared in the last seconds. */
export const VoiceFeedback = Type.Object({
  source: SourceView,
  uplink: Type.Optional(
    Type.Object({ loss: Loss, burst: Burst }, { description: 'On the way to the server.' }),
  ),
  downlink: Type.Optional(
    Type.Object(
      {
        loss: Loss,
        burst: Burst,
        jitterMs: Milliseconds,
        reports: Type.Integer({ minimum: 1, maximum: 256 }),
      },
      {
        description: 'To the listeners: three of four have no more of each than this.',
      },
    ),
  ),
});
export type VoiceFeedback = Static<typeof VoiceFeedback>;
