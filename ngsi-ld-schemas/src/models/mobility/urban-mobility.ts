import {
  choice,
  date,
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
  uri,
} from '../define.ts';
import { identity, place } from '../shared-attributes.ts';

export const gtfsAgency = model('UrbanMobility', 'GtfsAgency', '0.0.2', {
  ...identity,
  source: required(text()),
  streetAddress: text(),
  addressLocality: text(),
  addressRegion: text(),
  addressCountry: text(),
  postalCode: text(),
  postOfficeBoxNumber: text(),
  streetNr: text(),
  district: text(),
  entitySource: uri(),
  agencyName: required(text()),
  page: uri(),
  phone: text(),
  timezone: text(),
  language: text(),
});
export type GtfsAgency = KeyValues<typeof gtfsAgency>;

export const gtfsRoute = model('UrbanMobility', 'GtfsRoute', '0.0.1', {
  ...identity,
  page: uri(),
  routeColor: text(),
  routeTextColor: text(),
  routeType: openChoice('0', '1', '2', '3', '4', '5', '6', '7'),
  routeSortOrder: integer({ min: 0 }),
  operatedBy: link('GtfsAgency'),
  shortName: text(),
});
export type GtfsRoute = KeyValues<typeof gtfsRoute>;

export const gtfsStop = model('UrbanMobility', 'GtfsStop', '0.0.1', {
  ...identity,
  ...place,
  name: required(text()),
  location: required(geo()),
  code: text(),
  page: uri(),
  zoneCode: text(),
  wheelChairAccessible: choice('0', '1', '2'),
  hasParentStation: link('GtfsStation'),
  stop_desc: text(),
  hasService: link('GtfsService'),
  hasTrip: link('GtfsTrip'),
  hasStop: links('GtfsStop'),
  operatedBy: links('GtfsAgency'),
});
export type GtfsStop = KeyValues<typeof gtfsStop>;

export const gtfsTrip = model('UrbanMobility', 'GtfsTrip', '0.0.1', {
  ...identity,
  shortName: text(),
  headSign: text(),
  hasRoute: required(link('GtfsRoute')),
  hasShape: link('GtfsShape'),
  block: text(),
  hasService: required(link('GtfsService')),
  direction: choice(0, 1),
  wheelChairAccessible: choice(0, 1, 2),
  bikesAllowed: choice(0, 1, 2),
});
export type GtfsTrip = KeyValues<typeof gtfsTrip>;

export const gtfsStopTime = model('UrbanMobility', 'GtfsStopTime', '0.0.2', {
  ...identity,
  hasStop: required(link('GtfsStop')),
  hasTrip: required(link('GtfsTrip')),
  arrivalTime: required(text()),
  departureTime: required(text()),
  stopSequence: required(integer({ min: 1 })),
  distanceTravelled: number({ unit: 'MTR', min: 0 }),
  pickupType: choice('0', '1', '2', '3'),
  stopHeadsign: text(),
  dropOffType: choice('0', '1', '2', '3'),
  timepoint: choice('0', '1'),
});
export type GtfsStopTime = KeyValues<typeof gtfsStopTime>;

export const gtfsService = model('UrbanMobility', 'GtfsService', '0.0.1', {
  ...identity,
  name: required(text()),
  operatedBy: required(link('GtfsAgency')),
});
export type GtfsService = KeyValues<typeof gtfsService>;

export const gtfsCalendarRule = model('UrbanMobility', 'GtfsCalendarRule', '0.0.1', {
  ...identity,
  hasService: required(link('GtfsService')),
  monday: required(flag()),
  tuesday: required(flag()),
  wednesday: required(flag()),
  thursday: required(flag()),
  friday: required(flag()),
  saturday: required(flag()),
  sunday: required(flag()),
  startDate: required(date()),
  endDate: required(date()),
});
export type GtfsCalendarRule = KeyValues<typeof gtfsCalendarRule>;

export const gtfsCalendarDateRule = model('UrbanMobility', 'GtfsCalendarDateRule', '0.0.2', {
  ...identity,
  appliesOn: required(date()),
  exceptionType: required(choice('1', '2')),
  hasService: required(link('GtfsService')),
});
export type GtfsCalendarDateRule = KeyValues<typeof gtfsCalendarDateRule>;

export const gtfsShape = model('UrbanMobility', 'GtfsShape', '0.0.2', {
  ...identity,
  ...place,
  location: required(geo()),
  distanceTravelled: list(number({ unit: 'MTR' })),
});
export type GtfsShape = KeyValues<typeof gtfsShape>;

export const arrivalEstimation = model('UrbanMobility', 'ArrivalEstimation', '0.0.3', {
  ...identity,
  hasTrip: required(link('GtfsTrip')),
  remainingTime: required(text()),
  remainingDistance: number({ unit: 'MTR', min: 0 }),
  headSign: required(text()),
  hasStop: required(links('GtfsStop')),
});
export type ArrivalEstimation = KeyValues<typeof arrivalEstimation>;
