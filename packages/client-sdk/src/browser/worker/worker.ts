import { compileOpus, createOpus } from '@sidetone/opus-wasm';
import { createWebCipher } from '@sidetone/protocol';
import { epochClock } from '../../clock/epoch-clock.js';
import type { EncoderFactory } from '../../talk/source-encoder.js';
import { openBrowserControlSocket } from '../browser-control-socket.js';
import type { FromMedia, ToMedia } from '../remote/media-messages.js';
import { packError } from '../remote/packed-error.js';
import { MediaHost } from './media-host.js';
import { opusBytes } from './opus-bytes.js';
import { canEncodeWithFec, webCodecs } from './web-codecs-encoder.js';

/** What a Worker's global scope has; the page's types do not know it. */
interface WorkerScope {
  postMessage(message: FromMedia, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
const post = (message: FromMedia, transfer: Transferable[] = []): void =>
  scope.postMessage(message, transfer);

async function start(): Promise<void> {
  const bytes = opusBytes();
  const decoder = await WebAssembly.compile(bytes.decoder as Uint8Array<ArrayBuffer>);
  const codec: EncoderFactory = (await canEncodeWithFec())
    ? webCodecs()
    : createOpus(await compileOpus({ decoder, encoder: bytes.encoder }));
  const host = new MediaHost({
    post,
    clock: epochClock,
    codec,
    decoder,
    createCipher: createWebCipher,
    openSocket: openBrowserControlSocket,
  });
  scope.onmessage = ({ data }) => host.receive(data as ToMedia);
  post({ type: 'ready' });
}

start().catch((cause: unknown) => post({ type: 'failed', message: packError(cause).message }));
