import type { DeniedCase } from './denied-case.js';

const MANAGES = 'MANAGE_ROLES';

/** Of the methods that plugins of this repository add. See `DeniedCase`. */
export const pluginDeniedPaths: readonly DeniedCase[] = [
  {
    method: 'password.change',
    free: 'it needs a password, and the present one',
    code: 'NOT_FOUND',
    params: () => ({ current: 'not it', next: 'a long enough one 47' }),
  },
  { method: 'role.list', needs: MANAGES, params: ({ user }) => ({ user }) },
  { method: 'role.holders', needs: MANAGES, params: ({ role }) => ({ role }) },
  { method: 'role.overrides', needs: MANAGES, params: ({ own }) => ({ channel: own }) },
  { method: 'role.create', needs: MANAGES, params: () => ({ name: 'Mine', rank: 1 }) },
  {
    method: 'role.update',
    needs: MANAGES,
    params: ({ role }) => ({ role, name: 'Mine', version: 1 }),
  },
  { method: 'role.delete', needs: MANAGES, params: ({ role }) => ({ role }) },
  { method: 'role.assign', needs: MANAGES, params: ({ role, user }) => ({ role, user }) },
  { method: 'role.unassign', needs: MANAGES, params: ({ role, user }) => ({ role, user }) },
  {
    method: 'role.setOverride',
    needs: MANAGES,
    params: ({ own, role }) => ({
      channel: own,
      subject: { kind: 'role', id: role },
      allow: ['SPEAK'],
      deny: [],
      here: true,
      below: true,
      version: 0,
    }),
  },
  {
    method: 'role.removeOverride',
    needs: MANAGES,
    params: ({ own, role }) => ({ channel: own, subject: { kind: 'role', id: role } }),
  },
  { method: 'role.seal', needs: MANAGES, params: ({ own }) => ({ channel: own, sealed: true }) },
  {
    method: 'role.setNetPlan',
    needs: MANAGES,
    params: ({ role }) => ({ role, nets: [], version: 1 }),
  },
  {
    method: 'netPlan.get',
    free: "it is one's own plan; before the sign-in plugins have no methods",
    code: 'METHOD_NOT_FOUND',
    by: 'stranger',
  },
];
