import { opusWasm } from '@sidetone/opus-wasm';
import type { FrameDurationMs } from '@sidetone/protocol';

/** Packets of a tone that glides, all different from each other. */
export function opusPackets(
  count: number,
  durationMs: FrameDurationMs = 20,
  channels: 1 | 2 = 1,
): Uint8Array[] {
  const encoder = opusWasm().createEncoder({
    channels,
    frameDurationMs: durationMs,
    bitrateBps: 32_000,
    application: 'audio',
  });
  const packets: Uint8Array[] = [];
  const samples = durationMs * 48;
  for (let i = 0; i < count; i++) {
    const frame = Float32Array.from({ length: samples * channels }, (_, j) => {
      const at = (i * samples + Math.floor(j / channels)) / 48_000;
      return 0.4 * Math.sin(2 * Math.PI * (300 + 200 * at) * at);
    });
    packets.push(encoder.encode(frame).slice());
  }
  encoder.close();
  return packets;
}
