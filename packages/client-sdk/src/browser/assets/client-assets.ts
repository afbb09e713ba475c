/**
 * Where a page finds the two files that run off its main thread. Not needed as a rule: they lie
 * beside the SDK, bundlers see that they are used, and where they are not found a copy of both is
 * loaded. What is given here is used, and nothing else.
 */
export interface ClientAssets {
  /** Of `worker.js` of this package, of the same origin as the page. */
  readonly workerUrl?: string | URL;
  /** Of `worklet.js` of this package. */
  readonly workletUrl?: string | URL;
}
