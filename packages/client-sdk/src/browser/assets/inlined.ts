/**
 * The two files as text. These are empty: the build puts a module of the same name beside the
 * bundle for browsers, and pages load it when they cannot get at the files themselves.
 */
export const workerCode: string = '';
export const workletCode: string = '';
