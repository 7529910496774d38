import {
  choice,
  date,
  dateTime,
  flag,
  geo,
  integer,
  type KeyValues,
  link,
  links,
  list,
  model,
  number,
  openChoice,
  required,
  text,
} from '../define.ts';
import { identity } from '../shared-attributes.ts';

const SUBJECT = 'Procedures';

/**
 * A request to a public service and how far it is: CPSV-AP describes the service (`PublicService`), but no published model its
 * cases. It contains nothing about the sender, and not what they wrote.
 */
export const serviceCase = model(SUBJECT, 'ServiceCase', '1.0.0', {
  ...identity,
  location: geo('Point'),
  caseNumber: required(text()),
  caseProcedure: required(text()),
  caseStage: required(text()),
  caseStatus: required(choice('open', 'accepted', 'refused', 'done', 'closed')),
  caseWaitsForParts: flag(),
  caseDue: date(),
  caseRequestedAt: required(dateTime()),
  caseUpdatedAt: dateTime(),
  caseClosedAt: dateTime(),
  refOutcome: links(),
});
export type ServiceCase = KeyValues<typeof serviceCase>;

/** A place where a lorry takes up something by appointment, such as bulky waste. */
export const wasteCollectionStop = model(SUBJECT, 'WasteCollectionStop', '1.0.0', {
  ...identity,
  location: required(geo('Point')),
  plannedDate: required(date()),
  storedWasteKind: openChoice('bulky'),
  volume: number({ unit: 'MTQ', min: 0 }),
  status: required(choice('planned', 'collected', 'notOut', 'refused', 'cancelled')),
  refServiceCase: link('ServiceCase'),
});
export type WasteCollectionStop = KeyValues<typeof wasteCollectionStop>;

/** A right of access that a decision gave, e.g. to recycling centres: a gate reads its number. It does not say whose it is. */
export const accessBadge = model(SUBJECT, 'AccessBadge', '1.0.0', {
  ...identity,
  badgeNumber: required(text()),
  badgeKind: required(openChoice('recyclingCentre', 'canteen')),
  status: required(choice('valid', 'ended')),
  validUntil: required(date()),
  visitsPerYear: integer({ min: 0 }),
  accessDays: list(choice('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')),
  accessPlace: text(),
  refServiceCase: link('ServiceCase'),
});
export type AccessBadge = KeyValues<typeof accessBadge>;

/** Money that a public body gave to an association, as the law has it published (SCDL, subventions). Amounts in euros. */
export const publicGrant = model(SUBJECT, 'PublicGrant', '1.0.0', {
  ...identity,
  beneficiaryName: required(text()),
  beneficiaryIdentifier: text(),
  grantPurpose: required(text()),
  grantAmount: required(number({ min: 0 })),
  grantedOn: required(date()),
  refServiceCase: link('ServiceCase'),
});
export type PublicGrant = KeyValues<typeof publicGrant>;
