import type { Entity } from '@alzette/ngsi-ld-schemas';
import { gtfsUrn } from '../gtfs/gtfs-source.ts';
import { type Json, objectOf } from '../items/read-json.ts';
import { membersOf, textOf, timeOf, wordsOf } from './siri-json.ts';
import type { SiriSource } from './siri-source.ts';

/** Severities of alerts by those of SIRI. */
const SEVERITIES: Readonly<Record<string, string>> = {
  noImpact: 'informational',
  normal: 'medium',
  severe: 'high',
  verySevere: 'critical',
};
/** Effects, as GTFS Realtime names them, by the conditions of SIRI. */
const EFFECTS: Readonly<Record<string, string>> = {
  cancelled: 'noService',
  delayed: 'significantDelays',
  delay: 'significantDelays',
  diverted: 'detour',
  additionalService: 'additionalService',
  altered: 'modifiedService',
  disrupted: 'modifiedService',
};

/** An Alert for a situation of public transport; undefined: it is over or not to be shown yet. */
export function situationAlert(source: SiriSource, situation: Json, now: Date): Entity | undefined {
  const number = textOf(situation.SituationNumber);
  const progress = textOf(situation.Progress);
  if (number === undefined || progress === 'closed' || progress === 'draft') return undefined;
  const time = (value: unknown) => timeOf(value, source.timeZone);
  const periods = membersOf(situation.ValidityPeriod).map(({ StartTime, EndTime }) => [time(StartTime), time(EndTime)]);
  const shown = membersOf(situation.PublicationWindow).map(({ StartTime }) => time(StartTime));
  const isEarly = shown.length > 0 && shown.every((from) => from !== undefined && Date.parse(from) > now.getTime());
  const starts = periods.flatMap(([from]) => from ?? []).sort();
  const ends = periods.flatMap(([, to]) => to ?? []).sort();
  // An end counts only if no period is without one.
  const to = periods.length > 0 && ends.length === periods.length ? ends.at(-1) : undefined;
  if (isEarly || (to !== undefined && Date.parse(to) <= now.getTime())) return undefined;
  const consequences = membersOf(objectOf(situation.Consequences).Consequence);
  const conditions = consequences.flatMap(({ Condition }) => textOf(Condition) ?? []);
  return {
    id: gtfsUrn('Alert', source.id, number),
    type: 'Alert',
    category: property('traffic'),
    subCategory: property('publicTransport'),
    severity: property(SEVERITIES[severityOf(situation, consequences)] ?? 'low'),
    alertSource: property(source.from.situations.replace(/\?.*$/, '')),
    effect: property(conditions.map((each) => EFFECTS[each]).find((each) => each !== undefined) ?? 'unknownEffect'),
    ...optional('title', wordsOf(situation.Summary)),
    ...optional('description', wordsOf(situation.Description) ?? wordsOf(situation.Summary)),
    ...optional('validFrom', starts[0] && dateTime(starts[0])),
    ...optional('validTo', to && dateTime(to)),
    ...affected(source.feed, objectOf(situation.Affects)),
  };
}

function severityOf({ Severity }: Json, consequences: readonly Json[]): string {
  return textOf(Severity) ?? consequences.flatMap((each) => textOf(each.Severity) ?? [])[0] ?? '';
}

/** The stops and lines of a feed with the ids of the situation. */
function affected(feed: string, { Networks, StopPoints, StopPlaces }: Json): object {
  const networks = membersOf(objectOf(Networks).AffectedNetwork);
  const lines = networks.flatMap(({ AffectedLine }) => membersOf(AffectedLine)).map(({ LineRef }) => LineRef);
  const stops = [
    ...membersOf(objectOf(StopPoints).AffectedStopPoint).map(({ StopPointRef }) => StopPointRef),
    ...membersOf(objectOf(StopPlaces).AffectedStopPlace).map(({ StopPlaceRef }) => StopPlaceRef),
  ];
  const urns = (type: string, refs: readonly unknown[]) => [
    ...new Set(refs.flatMap((ref) => textOf(ref) ?? []).map((id) => gtfsUrn(type, feed, id))),
  ];
  const [routes, stopUrns] = [urns('GtfsRoute', lines), urns('GtfsStop', stops)];
  return {
    ...optional('affectedRoute', routes.length > 0 && { type: 'Relationship', object: routes }),
    ...optional('affectedStop', stopUrns.length > 0 && { type: 'Relationship', object: stopUrns }),
  };
}

function property(value: unknown) {
  return { type: 'Property', value };
}

function dateTime(value: string) {
  return property({ '@type': 'DateTime', '@value': value });
}

function optional(name: string, attribute: object | string | false | undefined): object {
  return typeof attribute === 'object' ? { [name]: attribute } : {};
}
