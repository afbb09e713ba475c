/**
 * Whether a page of `origin` may connect. Browsers tell it and pages cannot forge it (RFC 6455
 * section 10.2); programs that are no browsers send none.
 *
 * @param origin header `Origin`
 * @param host header `Host`: whom the page thinks it talks to
 * @param allowed other sites' origins, exactly
 */
export function allowsOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowed: ReadonlySet<string>,
): boolean {
  if (origin === undefined || allowed.has(origin)) return true;
  return host !== undefined && isSameOrigin(origin, host);
}

function isSameOrigin(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  const scheme = page.protocol;
  // Anything but the exact text of an origin did not come from a browser.
  if (page.origin !== origin || (scheme !== 'http:' && scheme !== 'https:')) return false;
  // The scheme of the page decides which port goes without saying.
  return isHostHeader(host) && new URL(`${scheme}//${host}`).host === page.host;
}

function isHostHeader(host: string): boolean {
  return !/[/?#@\\\s]/.test(host) && URL.canParse(`http://${host}`);
}
