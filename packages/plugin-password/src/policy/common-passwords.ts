import { dictionary } from '@zxcvbn-ts/language-common';

/** Some 49,000 passwords that many people have, in lower case. */
export function loadCommonPasswords(): ReadonlySet<string> {
  return new Set(dictionary['passwords-common']);
}
