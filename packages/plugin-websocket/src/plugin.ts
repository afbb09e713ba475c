import {
  Clock,
  ControlIngress,
  HttpServer,
  Metrics,
  VoiceIngress,
  VoiceTransport,
  type Plugin,
} from '@sidetone/core';
import { createDropCounters } from './drop-counters.js';
import { Gateway } from './gateway.js';
import { resolveWebSocketOptions, type WebSocketOptions } from './options.js';
import { WebSocketVoice } from './websocket-voice.js';

/**
 * Brings clients in over WebSocket: the control channel, and the `VoiceTransport` named `websocket`
 * on the same connections. Needs a plugin that provides `HttpServer`.
 *
 * Throws `ERR_WEBSOCKET_OPTIONS` at once.
 */
export function websocket(options?: WebSocketOptions): Plugin {
  const resolved = resolveWebSocketOptions(options);
  return {
    name: '@sidetone/plugin-websocket',
    version: '0.1.0',
    requires: [Clock, Metrics, HttpServer, ControlIngress, VoiceIngress],
    provides: [VoiceTransport],
    setup(context) {
      const clock = context.get(Clock);
      const metrics = context.get(Metrics);
      const voice = new WebSocketVoice(clock, metrics);
      const gateway = new Gateway(resolved, metrics);
      context.provide(VoiceTransport, () => voice);
      context.get(HttpServer).upgrade(resolved.path, gateway.upgrade);
      context.onReady(() =>
        gateway.open({
          clock,
          log: context.log,
          voice,
          dropped: createDropCounters(metrics),
          voiceIngress: context.get(VoiceIngress),
          controlIngress: context.get(ControlIngress),
        }),
      );
      context.onClose(() => gateway.close());
    },
  };
}
