type Listener = ((event: MessageEvent) => void) | null;

/** One end of two that are linked: what is posted is cloned and arrives at the other at once. */
export class LinkedPort {
  onmessage: Listener = null;
  readonly sent: unknown[] = [];
  other: LinkedPort | null = null;

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    const data: unknown = structuredClone(message, { transfer });
    this.sent.push(data);
    this.other?.onmessage?.({ data } as MessageEvent);
  }

  close(): void {
    if (this.other) this.other.other = null;
    this.other = null;
  }
}

export function linkedPorts(): readonly [LinkedPort, LinkedPort] {
  const ends = [new LinkedPort(), new LinkedPort()] as const;
  ends[0].other = ends[1];
  ends[1].other = ends[0];
  return ends;
}
