import {
  as,
  choice,
  date,
  dateTime,
  duration,
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
  ratio,
  required,
  structure,
  text,
  uri,
} from '../define.ts';
import { address, identity, place } from '../shared-attributes.ts';

/** Types without a published model, with terms of schema.org and TALQ where these exist. */
const SUBJECT = 'Commune';
const schemaOrg = (name: string) => `https://schema.org/${name}`;

/** A dimming programme (TALQ ControlProgram). */
export const streetlightControlProgram = model(SUBJECT, 'StreetlightControlProgram', '1.0.0', {
  ...identity,
  programId: required(text()),
  baseLevel: ratio(),
  steps: list(structure('reference', 'time', 'offsetMinutes', 'illuminanceLevel', 'fadeSeconds')),
  presenceBoost: structure('level', 'holdSeconds'),
});
export type StreetlightControlProgram = KeyValues<typeof streetlightControlProgram>;

/** Which programme applies on which day (TALQ Calendar). */
export const streetlightControlCalendar = model(SUBJECT, 'StreetlightControlCalendar', '1.0.0', {
  ...identity,
  rules: list(structure('priority', 'from', 'to', 'daysOfWeek', 'program')),
  defaultProgram: required(text()),
  appliesTo: links('StreetlightGroup'),
});
export type StreetlightControlCalendar = KeyValues<typeof streetlightControlCalendar>;

/** When and where household waste of one kind is collected (schema.org Schedule). */
export const wasteCollectionSchedule = model(SUBJECT, 'WasteCollectionSchedule', '1.0.0', {
  ...identity,
  areaServed: text(),
  storedWasteKind: as(
    'https://smartdatamodels.org/dataModel.WasteManagement/storedWasteKind',
    required(openChoice('organic', 'inorganic', 'glass', 'plastic', 'metal', 'paper', 'other')),
  ),
  schedule: as(
    schemaOrg('eventSchedule'),
    required(
      list(
        structure(
          'byDay',
          'byMonth',
          'byMonthDay',
          'byMonthWeek',
          'repeatFrequency',
          'exceptDate',
          'startDate',
          'endDate',
          'startTime',
          'endTime',
          'scheduleTimezone',
        ),
      ),
    ),
  ),
  extraDate: list(date()),
  serviceArea: as(schemaOrg('serviceArea'), geo('Polygon', 'MultiPolygon')),
  presentationTime: text(),
  containerColor: text(),
  provider: as(schemaOrg('provider'), link('Organization')),
});
export type WasteCollectionSchedule = KeyValues<typeof wasteCollectionSchedule>;

/** One trip of a lorry past containers. */
export const wasteCollectionRound = model(SUBJECT, 'WasteCollectionRound', '1.0.0', {
  ...identity,
  refVehicle: link('Vehicle'),
  refWasteContainer: required(links('WasteContainer')),
  plannedStart: dateTime(),
  actualStart: dateTime(),
  actualEnd: dateTime(),
  route: geo('LineString'),
  status: choice('planned', 'underWay', 'done', 'cancelled'),
});
export type WasteCollectionRound = KeyValues<typeof wasteCollectionRound>;

/** News of a commune (schema.org NewsArticle). */
export const newsArticle = model(
  SUBJECT,
  'NewsArticle',
  '1.0.0',
  {
    ...identity,
    headline: as(schemaOrg('headline'), required(text())),
    alternativeHeadline: as(schemaOrg('alternativeHeadline'), text()),
    articleBody: as(schemaOrg('articleBody'), text()),
    articleSection: as(schemaOrg('articleSection'), text()),
    datePublished: as(schemaOrg('datePublished'), required(dateTime())),
    articleModified: dateTime(),
    expires: as(schemaOrg('expires'), dateTime()),
    author: as(schemaOrg('author'), text()),
    publisher: as(schemaOrg('publisher'), link('Organization')),
    image: uri(),
    keywords: as(schemaOrg('keywords'), list(text())),
    contentLocation: as(schemaOrg('contentLocation'), geo()),
    about: as(schemaOrg('about'), links()),
  },
  schemaOrg('NewsArticle'),
);
export type NewsArticle = KeyValues<typeof newsArticle>;

/** A page of practical information (schema.org WebPage). */
export const informationPage = model(
  SUBJECT,
  'InformationPage',
  '1.0.0',
  {
    ...identity,
    headline: as(schemaOrg('headline'), required(text())),
    text: as(schemaOrg('text'), text()),
    audience: as(schemaOrg('audience'), list(text())),
    mainEntity: as(schemaOrg('mainEntity'), link('PublicService', 'PointOfInterest')),
    lastReviewed: as(schemaOrg('lastReviewed'), date()),
    category: as(schemaOrg('category'), list(text())),
  },
  schemaOrg('WebPage'),
);
export type InformationPage = KeyValues<typeof informationPage>;

/** A school (schema.org School); its identifier is the UAI. */
export const school = model(
  SUBJECT,
  'School',
  '1.0.0',
  {
    ...identity,
    ...place,
    name: required(text()),
    identifier: as(schemaOrg('identifier'), text()),
    refBuilding: link('Building'),
    refOrganization: link('Organization'),
    levels: list(text()),
    capacity: integer({ unit: 'IE', min: 0 }),
  },
  schemaOrg('School'),
);
export type School = KeyValues<typeof school>;

/** What a canteen serves (schema.org Menu). */
export const menu = model(
  SUBJECT,
  'Menu',
  '1.0.0',
  {
    ...identity,
    validFrom: required(dateTime()),
    validThrough: as(schemaOrg('validThrough'), dateTime()),
    hasMenuSection: as(schemaOrg('hasMenuSection'), required(list(structure('name', 'items')))),
    refSchool: links('School'),
  },
  schemaOrg('Menu'),
);
export type Menu = KeyValues<typeof menu>;

/** An update of a citizen's report (Open311 service request updates). */
export const serviceRequestUpdate = model(SUBJECT, 'ServiceRequestUpdate', '1.0.0', {
  description: text(),
  refServiceRequest: required(link('service_requests')),
  status: choice('open', 'closed'),
  updated_datetime: required(dateTime()),
  media_url: uri(),
  public: flag(),
});
export type ServiceRequestUpdate = KeyValues<typeof serviceRequestUpdate>;

/** One charging point of a charging station (IRVE, OCPI EVSE). */
export const evChargingPoint = model(SUBJECT, 'EVChargingPoint', '1.0.0', {
  ...identity,
  location: geo('Point'),
  refEVChargingStation: required(link('EVChargingStation')),
  itineranceId: text(),
  socketType: list(openChoice('Type2', 'CCS/SAE', 'CHAdeMO', 'Type3', 'Wall_Euro')),
  maximumPower: number({ unit: 'KWT', min: 0 }),
  status: openChoice('available', 'charging', 'reserved', 'outOfService', 'unknown'),
});
export type EVChargingPoint = KeyValues<typeof evChargingPoint>;

/** A commune, a district or a zone; its identifier is the INSEE or LAU code. */
export const administrativeArea = model(
  SUBJECT,
  'AdministrativeArea',
  '1.0.0',
  {
    ...identity,
    name: required(text()),
    identifier: as(schemaOrg('identifier'), text()),
    location: geo('Polygon', 'MultiPolygon'),
    address,
    partOf: link('AdministrativeArea'),
    population: integer({ unit: 'IE', min: 0 }),
  },
  schemaOrg('AdministrativeArea'),
);
export type AdministrativeArea = KeyValues<typeof administrativeArea>;

/** The consumption of a building over a period, and its price. */
export const energyBill = model(SUBJECT, 'EnergyBill', '1.0.0', {
  ...identity,
  refBuilding: required(link('Building')),
  energyKind: openChoice('electricity', 'gas', 'heat', 'oil', 'wood', 'water'),
  periodStart: required(date()),
  periodEnd: required(date()),
  energyUsed: number({ unit: 'KWH', min: 0 }),
  price: number({ min: 0 }),
  priceCurrency: as(schemaOrg('priceCurrency'), text()),
  billingInterval: duration(),
});
export type EnergyBill = KeyValues<typeof energyBill>;
