import { Clock, Metrics, VoiceIngress, VoiceTransport, type Plugin } from '@sidetone/core';
import { resolveUdpOptions, type UdpOptions } from './options.js';
import { UdpVoice } from './udp-voice.js';

/**
 * Provides the `VoiceTransport` named `udp`. Hop keys reach clients over the control channel, so
 * this socket may be bound where the control channel is protected.
 *
 * Throws `ERR_UDP_OPTIONS` at once. The start fails with `ERR_UDP_PORT_TAKEN` or
 * `ERR_UDP_BIND_FAILED`.
 */
export function udp(options?: UdpOptions): Plugin {
  const resolved = resolveUdpOptions(options);
  return {
    name: '@sidetone/plugin-udp',
    version: '0.1.0',
    requires: [Clock, Metrics, VoiceIngress],
    provides: [VoiceTransport],
    setup(context) {
      const voice = new UdpVoice({
        options: resolved,
        clock: context.get(Clock),
        metrics: context.get(Metrics),
        log: context.log,
      });
      context.provide(VoiceTransport, () => voice);
      // Not in onListen: a session that signs in while another door is open already has to be
      // offered this one. Nobody has a connection id before, so what arrives early is dropped.
      context.onReady(() => voice.open(context.get(VoiceIngress)));
      context.onClose(() => voice.close());
    },
  };
}
