/** Takes sound: 48 kHz floats, interleaved stereo. What it throws is reported. */
export interface AudioSink {
  write(samples: Float32Array): void;
}
