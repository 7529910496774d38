import type { Broker } from '@alzette/broker';
import type { IdentityEvent, IdentityOptions } from '@alzette/identity';

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
  'account-seen-as',
  'break-glass',
]);

/**
 * Records account events in the broker's audit, which is kept forever. So they contain only the id of the account,
 * which no longer identifies anyone after its deletion. Network addresses are in the identity log, which has a limited
 * retention.
 */
export function auditOf(audit: Broker['audit']): Required<Pick<IdentityOptions, 'onEvent' | 'onAct'>> {
  return {
    async onEvent(event) {
      if (AUDITED.has(event.kind)) await audit.append({ ...actOf(event), outcome: 'done' });
    },
    onAct: (event, work) => (AUDITED.has(event.kind) ? audit.during(actOf(event), work) : work()),
  };
}

function actOf({ kind, account = '', client, by = account, detail = {} }: IdentityEvent) {
  return {
    actor: `token:${by}`,
    action: kind,
    object: `user:${account}`,
    tenant: '',
    details: { ...detail, ...(client && { client }) },
  };
}
