import type { Broker } from '@alzette/broker';
import type { IdentityEvent } from '@alzette/identity';
import type { Logger } from 'pino';

/** What goes into the audit. Acts of administration get there by their requests; what strangers try would fill it. */
const AUDITED: ReadonlySet<IdentityEvent['kind']> = new Set([
  'signed-in',
  'signed-out',
  'password-changed',
  'second-factor-added',
  'second-factor-removed',
  'account-exported',
  'account-erased',
  'break-glass',
]);

/**
 * Appends what happens to accounts to the broker's audit, which is for ever: so nothing of the person, but the id of the
 * account, which leads to nobody once that is erased. Addresses are in the log of identity, for as long as that is kept.
 */
export function auditOf(audit: Broker['audit'], logger: Logger) {
  return ({ kind, account = '', client, detail = {} }: IdentityEvent): void => {
    if (!AUDITED.has(kind)) return;
    audit
      .append({
        actor: `token:${account}`,
        action: kind,
        object: `user:${account}`,
        tenant: '',
        outcome: 'done',
        details: { ...detail, ...(client && { client }) },
      })
      .catch((cause: unknown) => logger.error({ err: cause }, 'an act could not be audited'));
  };
}
