import type { StoreSet } from '@sidetone/core';
import { describeAccountStore } from './account-store.js';
import { describeAuditLog } from './audit-log.js';
import { describeBanStore } from './ban-store.js';
import { describeChannelStore } from './channel-store.js';
import type { ContractRunner, StoreSubject } from './contract-runner.js';
import { describeCredentialStore } from './credential-store.js';
import { describeIdempotencyStore } from './idempotency-store.js';
import { describeInviteStore } from './invite-store.js';
import { describeMemberStore } from './member-store.js';
import { describeOrganizationStore } from './organization-store.js';
import { describeResumeTokenStore } from './resume-token-store.js';
import { describeRoleStore } from './role-store.js';
import { describeSettingsStore } from './settings-store.js';
import { describeTenancy } from './tenancy.js';

/**
 * The suites of all stores of one backend. `create` gives the whole set, empty, because what one
 * store keeps refers to what another has; some tests create a second set while the first is open.
 */
export function describeStores(runner: ContractRunner, subject: StoreSubject<StoreSet>): void {
  describeAccountStore(runner, subject);
  describeCredentialStore(runner, subject);
  describeSettingsStore(runner, subject);
  describeOrganizationStore(runner, subject);
  describeMemberStore(runner, subject);
  describeChannelStore(runner, subject);
  describeRoleStore(runner, subject);
  describeBanStore(runner, subject);
  describeInviteStore(runner, subject);
  describeIdempotencyStore(runner, subject);
  describeResumeTokenStore(runner, subject);
  describeAuditLog(runner, subject);
  describeTenancy(runner, subject);
}
