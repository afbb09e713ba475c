import { createHmac, randomUUID } from 'node:crypto';
import type { Crew } from './crew.js';

/** As another program does, signed as Standard Webhooks are; resolves with the status. */
export async function pushGroups(
  crew: Crew,
  name: string,
  roles: readonly string[],
  secret: string = crew.pushSecret,
): Promise<number> {
  const body = JSON.stringify({ users: [{ user: crew.user(name), roles }] });
  const id = randomUUID();
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  const response = await fetch(`${crew.url}/sidetone/groups`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${mac}`,
    },
    body,
  });
  await response.body?.cancel();
  return response.status;
}
