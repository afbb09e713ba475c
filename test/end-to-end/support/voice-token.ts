import { createHmac } from 'node:crypto';

/** What the server of the tests takes tokens of. */
export const tokenIssue = { issuer: 'https://app.example.org', audience: 'voice' } as const;

const TEN_MINUTES_S = 600;

/** As a backend mints one for somebody who is about to talk (JWT, RFC 7519, with HS256). */
export function voiceToken(
  secret: string,
  user: { readonly name: string; readonly roles?: readonly string[] },
): string {
  const issuedAt = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: tokenIssue.issuer,
    aud: tokenIssue.audience,
    sub: user.name,
    name: user.name,
    roles: user.roles ?? [],
    iat: issuedAt,
    exp: issuedAt + TEN_MINUTES_S,
  };
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
