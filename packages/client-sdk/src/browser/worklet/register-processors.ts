import { microphoneProcessor } from './microphone-processor.js';
import { playbackProcessor } from './playback-processor.js';
import { MICROPHONE_PROCESSOR, PLAYBACK_PROCESSOR, type WorkletScope } from './worklet-scope.js';

export function registerProcessors(scope: WorkletScope): void {
  scope.registerProcessor(MICROPHONE_PROCESSOR, microphoneProcessor(scope));
  scope.registerProcessor(PLAYBACK_PROCESSOR, playbackProcessor(scope));
}
