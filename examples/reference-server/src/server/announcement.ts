import type { FirstAdministrator } from './first-start.js';

interface Announced {
  readonly url: string;
  readonly guests: boolean;
  readonly administrator: FirstAdministrator | null;
  /** Where everything is kept, in words. */
  readonly kept: string;
}

/** What whoever has started the server reads. */
export function announcement({ url, guests, administrator, kept }: Announced): string {
  return [
    `Sidetone is listening on ${url}`,
    `Talk in a browser: open ${url}`,
    ...(guests
      ? [
          `Talk from a second terminal: npm run talk -- --url ${url} --name Ann --channel Lobby --mic`,
        ]
      : []),
    ...(administrator === null ? [] : firstSignIn(administrator)),
    `Channels and people are kept in ${kept}. Stop with Ctrl-C.`,
    '',
  ].join('\n');
}

function firstSignIn({ name, passphrase }: FirstAdministrator): readonly string[] {
  return [
    '',
    'This server has an administrator now. The passphrase is shown this once:',
    `  name        ${name}`,
    `  passphrase  ${passphrase}`,
    `It has to be changed at the first sign-in, or at once: npm run sidetone -- user password ${name}`,
    '',
  ];
}
