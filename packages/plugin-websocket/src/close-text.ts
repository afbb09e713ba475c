/** RFC 6455 section 5.5: a control frame has 125 bytes, two of them for the code. */
const MAX_REASON_BYTES = 123;

/** As much of a text as fits into a close frame, cut between characters. */
export function closeText(text: string): string {
  if (Buffer.byteLength(text) <= MAX_REASON_BYTES) return text;
  let cut = '';
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_REASON_BYTES) break;
    cut += character;
  }
  return cut;
}
