import { tolerates } from '../../model/leniency.ts';
import {
  badMember,
  isDateTime,
  isJsonObject,
  type JsonObject,
  NGSI_LD_NULL,
  readDateTime,
} from '../../model/values.ts';
import { isNgsiV2Format } from '../../subscriptions/parse/parse-notification.ts';

/** Old names of members, in earlier versions of the standard and in Orion-LD. */
const OF_SUBSCRIPTION = { name: 'subscriptionName', title: 'subscriptionName', expires: 'expiresAt' } as const;
const OF_REGISTRATION = { name: 'registrationName', expires: 'expiresAt' } as const;
const OF_INFORMATION = { properties: 'propertyNames', relationships: 'relationshipNames' } as const;

/** Renames the old members of a subscription. Has an effect only for lenient tenants. */
export function todaysSubscription(document: JsonObject): JsonObject {
  const renamed = withUtc(renamedMembers(document, OF_SUBSCRIPTION));
  checkFormat(renamed.notification);
  const { q } = renamed;
  if (
    typeof q !== 'string' ||
    !/%22/i.test(q) ||
    !tolerates('encodedQuery', 'q: percent-encoding in a body is decoded')
  )
    return renamed;
  return { ...renamed, q: q.replace(/%22/gi, '"') };
}

function checkFormat(notification: unknown): void {
  if (!isJsonObject(notification) || !isNgsiV2Format(notification.format)) return;
  if (tolerates('earlierFormat', `notification.format: ${notification.format} is a payload of NGSIv2`)) return;
  throw badMember('notification.format', notification.format, 'normalized, concise, simplified, keyValues');
}

/** The same for a registration. */
export function todaysRegistration(document: JsonObject): JsonObject {
  const renamed = withUtc(renamedMembers(document, OF_REGISTRATION));
  const { information } = renamed;
  if (!Array.isArray(information)) return renamed;
  const today = information.map((info) => (isJsonObject(info) ? renamedMembers(info, OF_INFORMATION) : info));
  return today.every((info, i) => info === information[i]) ? renamed : { ...renamed, information: today };
}

/** Stored with a zone, because the document is read again later. */
function withUtc(document: JsonObject): JsonObject {
  const { expiresAt } = document;
  if (typeof expiresAt !== 'string' || isDateTime(expiresAt) || expiresAt === NGSI_LD_NULL) return document;
  return { ...document, expiresAt: readDateTime(expiresAt, 'expiresAt') };
}

function renamedMembers(document: JsonObject, names: { readonly [earlier: string]: string }): JsonObject {
  const isEarlier = (member: string) =>
    Object.hasOwn(names, member) &&
    !Object.hasOwn(document, names[member] as string) &&
    tolerates('earlierMember', `${member} is read as ${names[member]}`);
  if (!Object.keys(document).some((member) => Object.hasOwn(names, member))) return document;
  return Object.fromEntries(
    Object.entries(document).map(([member, value]) => [isEarlier(member) ? (names[member] ?? member) : member, value]),
  );
}
