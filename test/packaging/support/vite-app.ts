import { createServer, type RequestListener } from 'node:http';
import path from 'node:path';
import { closeServer, listenLocally, serveFiles, type PageServer } from './file-server.js';

export type ViteVersion = 5 | 6 | 7 | 8;

/** As much of Vite as is the same in all of its versions. */
interface Vite {
  readonly version: string;
  build(config: object): Promise<unknown>;
  createServer(config: object): Promise<{
    readonly middlewares: RequestListener;
    close: () => Promise<void>;
  }>;
}

const load = async (version: ViteVersion): Promise<Vite> =>
  (await import(`vite${version}`)) as Vite;

const shared = (folder: string, version: ViteVersion): object => ({
  root: folder,
  configFile: false,
  logLevel: 'silent',
  cacheDir: path.join(folder, `.vite${version}`),
});

/** Builds the app and serves what came of it, with this policy on every answer. */
export async function serveViteBuild(
  version: ViteVersion,
  folder: string,
  policy: string,
): Promise<PageServer> {
  const vite = await load(version);
  const outDir = path.join(folder, `dist-vite${version}`);
  await vite.build({ ...shared(folder, version), build: { outDir, emptyOutDir: true } });
  return serveFiles(outDir, { 'content-security-policy': policy });
}

export interface ViteDevOptions {
  /** Whether Vite leaves the SDK where it is, which `optimizeDeps.exclude` says. Default false, as Vite comes. */
  readonly leaveSdk?: boolean;
}

/** Serves the app with Vite's development server. */
export async function serveViteDev(
  version: ViteVersion,
  folder: string,
  { leaveSdk = false }: ViteDevOptions = {},
): Promise<PageServer> {
  const vite = await load(version);
  // Behind a server of our own, because Vite chooses ports out of a few that are always the same.
  const server = createServer();
  const { middlewares, close } = await vite.createServer({
    ...shared(folder, version),
    server: { middlewareMode: true, hmr: { server }, watch: null },
    optimizeDeps: leaveSdk ? { exclude: ['@sidetone/client-sdk'] } : {},
  });
  server.on('request', middlewares);
  const url = await listenLocally(server);
  return {
    url,
    close: async () => {
      await close();
      await closeServer(server);
    },
  };
}
