import type { IncomingMessage } from 'node:http';

/** `null`: it is longer, or was broken off. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Not destroyed where it is left early: there is an answer to be sent.
    const parts: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
    for await (const chunk of parts) {
      length += chunk.length;
      if (length > maxBytes) return null;
      chunks.push(chunk);
    }
  } catch {
    // Who hangs up reads no answer.
    return null;
  }
  return Buffer.concat(chunks);
}
