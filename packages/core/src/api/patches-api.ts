import type { MethodParams, MethodResult, PatchView } from '@sidetone/protocol';
import type { Organization } from '../organization/organization.js';
import { patchView } from '../patch/patch-publisher.js';

/** Nets of one organization that are joined for a while. Rejects with `WireError`. */
export interface PatchesApi {
  list(): readonly PatchView[];
  get(patchId: string): PatchView | undefined;
  /**
   * Joins two to eight channels: who listens on one hears the talkers of all. `durationMs` is an
   * hour by default, a second to a day, or `null` until it is ended. `ALREADY_EXISTS` where one of
   * them is patched. A restart of the server ends it.
   */
  create(draft: Omit<MethodParams<'patch.create'>, 'key'>): Promise<PatchView>;
  /** Anybody's. `NOT_FOUND` where it has ended. */
  end(patchId: string): Promise<void>;
}

type Run = <M extends 'patch.create' | 'patch.end'>(
  method: M,
  params: MethodParams<M>,
) => Promise<MethodResult<M>>;

export function createPatchesApi(organization: Organization, run: Run): PatchesApi {
  const { patches } = organization;
  return {
    list: () => patches.all().map((patch) => patchView(organization, patch)),
    get: (id) => {
      const patch = patches.get(id);
      return patch && patchView(organization, patch);
    },
    create: async (draft) => (await run('patch.create', draft)).patch,
    end: async (patch) => {
      await run('patch.end', { patch });
    },
  };
}
