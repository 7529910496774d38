import {
  choice,
  date,
  dateTime,
  flag,
  geo,
  type KeyValues,
  link,
  links,
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
