/** Takes bytes as they are made, such as the pages of a file. What it throws is reported. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
}
