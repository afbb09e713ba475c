import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { failed, good, reasonOf, warning, type Check } from './check.js';

const OLDEST = [20, 19] as const;
/** Built after this; a clock before it was never set. */
const NEVER_BEFORE_MS = Date.UTC(2025, 0, 1);
const NEVER_AFTER_MS = Date.UTC(2100, 0, 1);
const WANTED_BYTES = 4_194_304;

export function checkNode(version: string = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  if (isNew) return good('node', `Node ${version}`);
  return failed('node', `Node ${version} is too old`, `install Node ${OLDEST.join('.')} or later`);
}

export function checkClock(now: number = Date.now()): Check {
  const time = new Date(now).toISOString();
  if (now > NEVER_BEFORE_MS && now < NEVER_AFTER_MS) return good('clock', time);
  const advice = 'set the clock (timedatectl set-ntp true); bans, invites and tokens end by it';
  return failed('clock', `it is ${time} here`, advice);
}

/** Bursts of voice that do not fit into the buffers are lost without a word. */
export async function checkUdpBuffers(
  platform: NodeJS.Platform = process.platform,
): Promise<Check> {
  const socket = createSocket('udp4');
  try {
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    // Linux gives what it may, and reports twice of it (socket(7)); others throw.
    socket.setRecvBufferSize(WANTED_BYTES);
    socket.setSendBufferSize(WANTED_BYTES);
    const factor = platform === 'linux' ? 2 : 1;
    const bytes = Math.min(socket.getRecvBufferSize(), socket.getSendBufferSize()) / factor;
    if (bytes >= WANTED_BYTES) return good('udp buffers', `${bytes} bytes each way`);
    return warning(
      'udp buffers',
      `${bytes} bytes, of ${WANTED_BYTES} wanted`,
      bufferAdvice(platform),
    );
  } catch (error) {
    return warning('udp buffers', reasonOf(error), bufferAdvice(platform));
  } finally {
    socket.close();
  }
}

function bufferAdvice(platform: NodeJS.Platform): string {
  return platform === 'linux'
    ? `sysctl -w net.core.rmem_max=${WANTED_BYTES} net.core.wmem_max=${WANTED_BYTES}`
    : `raise the system's limit for socket buffers to ${WANTED_BYTES} bytes`;
}
