/**
 * Whether `host`, an address or a name, is this machine to itself. Of names only `localhost` is
 * known: nothing is resolved.
 */
export function isLoopback(host: string): boolean {
  const address = host.toLowerCase().replace(/^::ffff:/, '');
  return address === 'localhost' || address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);
}
