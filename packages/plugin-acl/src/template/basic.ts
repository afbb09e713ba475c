import type { Permission } from '@sidetone/protocol';
import type { Template } from './template.js';

const TALK: readonly Permission[] = ['VIEW', 'JOIN', 'LISTEN', 'SPEAK', 'WHISPER'];

/** Whoever may come in may talk everywhere; who has an account may do a little more. */
export const basic: Template = {
  roles: [
    { name: 'Admin', rank: 1000, implicit: null, permissions: ['ADMINISTER'], nets: [] },
    {
      name: 'Member',
      rank: 100,
      implicit: 'authenticated',
      permissions: [...TALK, 'TEXT', 'CREATE_TEMPORARY'],
      nets: [],
    },
    { name: 'Guest', rank: 0, implicit: 'guest', permissions: TALK, nets: [] },
  ],
  channels: [],
  overrides: [],
};
