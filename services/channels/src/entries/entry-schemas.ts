import { readRoster } from '../on-call/roster.ts';
import { readGroup, readRecipient } from './recipient.ts';

/** The JSON Schemas of recipients, groups and rosters, without their ids. */
export const RECIPIENT_BODY = readRecipient.schema;
export const GROUP_BODY = readGroup.schema;
export const ROSTER_BODY = readRoster.schema;
