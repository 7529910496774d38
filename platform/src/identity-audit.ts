import type { Broker } from '@alzette/broker';
import type { IdentityEvent } from '@alzette/identity';
import type { Logger } from 'pino';

/**
 * Events for the audit. Administrative actions are recorded by their requests; failed attempts of strangers would fill
 * it.
 */
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
 * Records account events in the broker's audit, which is kept forever. So they contain only the id of the account,
 * which no longer identifies anyone after its deletion. Network addresses are in the identity log, which has a limited
 * retention.
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
