import { KeyService, type Plugin } from '../../src/index.js';
import { ServerKeyService } from '../../src/key/server-key-service.js';

/** Keys that come when the test lets them: an answer that needs them waits. */
export interface GatedKeys extends Plugin {
  shut(): void;
  open(): void;
}

export function gatedKeys(): GatedKeys {
  const service = new ServerKeyService();
  let waiting: (() => void)[] = [];
  let isOpen = true;
  return {
    name: 'gated-keys',
    version: '1.0.0',
    provides: [KeyService],
    setup(ctx) {
      ctx.provide(KeyService, () => ({
        current: async (routeId) => {
          if (!isOpen) await new Promise<void>((resolve) => waiting.push(resolve));
          return service.current(routeId);
        },
        rotate: (routeId) => service.rotate(routeId),
        allocateSender: (routeId, sourceId) => service.allocateSender(routeId, sourceId),
        release: (routeId) => service.release(routeId),
      }));
    },
    shut: () => {
      isOpen = false;
    },
    open: () => {
      isOpen = true;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
  };
}
