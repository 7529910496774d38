import type { Broker } from '@alzette/broker';
import type { GiveAccess } from '@alzette/territory';

/** Support access is a policy for one person, which ends by itself. */
export function supportAccess(broker: Pick<Broker, 'keepPolicy'>): GiveAccess {
  return (id, access) => {
    const name = `support.${id}`;
    if (access === undefined) return broker.keepPolicy(name, undefined);
    const { subject, tenant, may, until } = access;
    return broker.keepPolicy(name, {
      id: name,
      title: 'Support access',
      who: { subjects: [subject] },
      may,
      tenants: [tenant],
      until: until.toISOString(),
    });
  };
}
