import { OPEN_STATUSES, type Status } from '../contract/report.ts';

export function isOpen(status: Status): boolean {
  return (OPEN_STATUSES as readonly string[]).includes(status);
}

const URN = 'urn:ngsi-ld:ServiceRequest:';

export function urnOf(id: string): string {
  return URN + id;
}

export function idOf(urn: string): string | undefined {
  return urn.startsWith(URN) ? urn.slice(URN.length) : undefined;
}
