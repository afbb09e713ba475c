/** The lines of a stream of UTF-8, without their line feeds. Throws where one is too long. */
export async function* readLines(
  stream: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<string, void, undefined> {
  let begun: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const piece = chunk.subarray(start, end);
      if (length + piece.length > maxBytes)
        throw new Error(`a line is longer than ${maxBytes} bytes`);
      yield Buffer.concat([...begun, piece]).toString('utf8');
      begun = [];
      length = 0;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    length += rest.length;
    if (length > maxBytes) throw new Error(`a line is longer than ${maxBytes} bytes`);
    if (rest.length > 0) begun.push(rest);
  }
}
