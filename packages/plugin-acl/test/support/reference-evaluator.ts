import { foldName, type AccessSubject, type Directory, type Identity } from '@sidetone/core';
import type { RoleBook } from '@sidetone/core';

type Place = string | null;

/** Whether it is allowed: slowly, one permission, from the channel upwards, and nothing kept. */
export function reference(book: RoleBook, directory: Directory, subject: AccessSubject) {
  const { sessionId: own, organizationId, identity } = subject;
  const joined = (id: Place) => id !== null && own !== null && directory.hasJoined(own, id);
  const rolesOf = ({ userId, guest, roles: claims = [] }: Identity, inside: boolean) =>
    book.roles.filter(({ id, name, implicit }) => {
      if (implicit === 'inChannel') return inside;
      if (implicit !== null) return implicit === 'everyone' || (implicit === 'guest') === guest;
      if (claims.some((claim) => foldName(claim) === foldName(name))) return true;
      return book.assignments.some((each) => each.roleId === id && each.userId === userId);
    });
  const rankOf = (of: Identity) =>
    of.administrator ? Infinity : Math.max(0, ...rolesOf(of, false).map(({ rank }) => rank));
  const administers = () =>
    identity.administrator ||
    rolesOf(identity, false).some(({ permissions }) => permissions.includes('ADMINISTER'));

  const grants = (permission: string, channelId: Place): boolean => {
    const roles = rolesOf(identity, joined(channelId));
    if (permission === 'ADMINISTER') return false;
    for (let id = channelId; id !== null; id = directory.channel(id)?.parentId ?? null) {
      const part = id === channelId ? 'here' : 'below';
      const said = book.overrides.filter((each) => each.channelId === id && each[part]);
      const mine = said.filter((each) => each.subject.id === identity.userId);
      const ranks = roles.map(({ rank }) => rank).sort((one, other) => other - one);
      const byRank = ranks.map((rank) => {
        const ids = roles.filter((role) => role.rank === rank).map((role) => role.id);
        return said.filter((each) => ids.includes(each.subject.id));
      });
      for (const group of [mine, ...byRank]) {
        if (group.some(({ deny }) => deny.includes(permission))) return false;
        if (group.some(({ allow }) => allow.includes(permission))) return true;
      }
      if (book.sealedChannels.includes(id)) break;
    }
    return roles.some(({ permissions }) => permissions.includes(permission));
  };
  const at = (permission: string, id: Place): boolean => {
    if (id !== null && directory.channel(id) === undefined) return false;
    return administers() || (grants(permission, id) && (id === null || grants('VIEW', id)));
  };
  return (permission: string, channelId: Place = null, sessionId: Place = null): boolean => {
    if (sessionId === null) return at(permission, channelId);
    const other = directory.session(sessionId);
    if (other?.organizationId !== organizationId) return false;
    const sees = other.id === own || [null, ...other.channels].some((id) => at('VIEW', id));
    if (permission === 'VIEW' || !sees) return sees;
    const shared = [null, ...[...other.channels].filter(joined)];
    if (permission === 'WHISPER') return shared.some((id) => at(permission, id));
    if (other.id === own && ['MUTE', 'DEAFEN', 'KICK'].includes(permission)) return true;
    const isRanked = ['MUTE', 'DEAFEN', 'MOVE', 'KICK', 'BAN'].includes(permission);
    return at(permission, channelId) && (!isRanked || rankOf(identity) >= rankOf(other.identity));
  };
}
