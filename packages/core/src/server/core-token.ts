import { Clock } from '../contracts/clock.js';
import { ControlIngress } from '../contracts/control-transport.js';
import { Directory } from '../contracts/directory.js';
import { KeyService } from '../contracts/key-service.js';
import { Logger } from '../contracts/logger.js';
import { Metrics } from '../contracts/metrics.js';
import { Sessions } from '../contracts/sessions.js';
import { VoiceIngress } from '../contracts/voice-ingress.js';
import type { Token } from '../token.js';

type Tokens = readonly Token<unknown>[];

/** There before the first plugin, because core itself runs on them: options of `createServer`. */
export const serviceTokens: Tokens = [Clock, Logger, Metrics];

/** Core's own doors: there from `onReady` on. */
export const doorTokens: Tokens = [ControlIngress, VoiceIngress, Sessions, Directory];

/** A plugin may provide these; only core may have them. */
export const secretTokens: Tokens = [KeyService];
