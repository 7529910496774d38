import type { Outgoing } from '../../outgoing/outgoing.ts';
import { fetchOutgoing, refusal, shown } from '../../outgoing/outgoing.ts';
import { SourceError } from '../../outgoing/remote-error.ts';
import { openItems } from '../gtfs/open-items.ts';
import type { Harvest } from '../items/harvest.ts';
import { contentHash } from '../items/item-mapper.ts';
import type { ItemProblem } from '../items/item-mapping.ts';
import { type Json, objectOf, parseJson } from '../items/read-json.ts';
import { membersOf, textOf } from './siri-json.ts';
import type { SiriSource } from './siri-source.ts';
import { situationAlert } from './situation.ts';

/** This error is an answer: there is no situation. */
const NOTHING = 'NoInfoForTopicError';

/** The situations of a SIRI Lite server, an Alert each. Those that are no longer told end. @throws SourceError */
export async function readSiri(
  outgoing: Outgoing,
  source: SiriSource,
  { state, signal }: { readonly state: Readonly<Record<string, unknown>>; readonly signal: AbortSignal },
): Promise<Harvest> {
  const now = new Date();
  const delivery = objectOf(await fetchDelivery(outgoing, source, signal));
  const problems: ItemProblem[] = [];
  if (delivery.MoreData === true || textOf(delivery.MoreData) === 'true') {
    problems.push({ field: 'MoreData', message: 'the server has more situations than it sends', refused: false });
  }
  const situations = membersOf(delivery.SituationExchangeDelivery).flatMap((each) => {
    failIfRefused(each);
    return membersOf(objectOf(each.Situations).PtSituationElement);
  });
  const latest = new Map<string, Json>();
  for (const [item, situation] of situations.entries()) {
    const number = textOf(situation.SituationNumber);
    if (number === undefined) {
      problems.push({ item, field: 'SituationNumber', message: 'SituationNumber is missing', refused: true });
    } else if (versionOf(situation) >= versionOf(latest.get(number) ?? {})) latest.set(number, situation);
  }
  const items = [...latest.values()].flatMap((situation) => {
    const entity = situationAlert(source, situation, now);
    return entity === undefined ? [] : [{ key: entity.id, hash: contentHash([entity]), entities: [entity] }];
  });
  const open = openItems(
    state.open,
    items.map(({ key }) => key),
    now,
  );
  return {
    rows: situations.length,
    items: [...items, ...open.ended.map(({ item }) => item)],
    problems: problems.slice(0, 100),
    refused: problems.filter(({ refused }) => refused).length,
    state: { open: items.map(({ key }) => key) },
    forgets: open.forgets,
  };
}

function versionOf({ Version }: Json): number {
  return Number(textOf(Version) ?? 0) || 0;
}

/** The ServiceDelivery of the answer. @throws SourceError */
async function fetchDelivery(outgoing: Outgoing, { from }: SiriSource, signal: AbortSignal): Promise<Json> {
  const url = new URL(from.situations);
  for (const [name, value] of Object.entries(from.secretParameters ?? {})) url.searchParams.set(name, value);
  const { headers = {}, secretHeaders = {} } = from;
  const answer = await fetchOutgoing(outgoing, url.href, {
    headers: { accept: 'application/json', ...headers },
    secretHeaders,
    signal,
  });
  if (answer.status !== 200) throw refusal(answer);
  const json = parseJson(url, answer.body, 'SIRI Lite');
  const { Siri = json } = objectOf(json);
  const { ServiceDelivery } = objectOf(Siri);
  if (ServiceDelivery === undefined) throw new SourceError(`${shown(url)} answered no ServiceDelivery`);
  failIfRefused(objectOf(ServiceDelivery));
  return objectOf(ServiceDelivery);
}

/** Errors come with HTTP 200. @throws SourceError */
function failIfRefused({ Status, ErrorCondition }: Json): void {
  const isRefused = Status === false || textOf(Status) === 'false';
  const condition = objectOf(ErrorCondition);
  if ((!isRefused && ErrorCondition === undefined) || NOTHING in condition) return;
  const names = Object.keys(condition).filter((name) => name !== 'Description');
  const words = [...names.map((name) => textOf(objectOf(condition[name]).ErrorText)), textOf(condition.Description)];
  const told = [...names, ...words].filter(Boolean).join(': ').slice(0, 300);
  throw new SourceError(`the server refuses${told === '' ? '' : `: ${told}`}`);
}
