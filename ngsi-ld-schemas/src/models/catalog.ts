import { alert } from './alert.ts';
import { building } from './building.ts';
import {
  administrativeArea,
  energyBill,
  evChargingPoint,
  informationPage,
  menu,
  newsArticle,
  school,
  serviceRequestUpdate,
  streetlightControlCalendar,
  streetlightControlProgram,
  wasteCollectionRound,
  wasteCollectionSchedule,
} from './commune.ts';
import { publicService } from './cpsv-ap.ts';
import { catalogue, dataset, distribution } from './dcat-ap.ts';
import { device, deviceMeasurement, deviceModel, smartMeteringObservation } from './device.ts';
import { threePhaseAcMeasurement } from './energy.ts';
import { airQualityObserved, indoorEnvironmentObserved, noiseLevelObserved } from './environment.ts';
import { serviceRequests, services } from './issue-tracking.ts';
import { keyPerformanceIndicator } from './key-performance-indicator.ts';
import { lightingScenario } from './lighting.ts';
import type { Model } from './model.ts';
import { organization } from './organization.ts';
import { offStreetParking, onStreetParking, parkingSpot } from './parking.ts';
import { garden } from './parks-and-gardens.ts';
import { pointOfInterest, store } from './point-of-interest.ts';
import { question, specialAnnouncement } from './publishing.ts';
import { serviceRequest } from './service-request.ts';
import { streetlight, streetlightControlCabinet, streetlightGroup, streetlightModel } from './streetlighting.ts';
import { event } from './tourism-destinations.ts';
import { cityWork, eVChargingStation, vehicle } from './transportation.ts';
import {
  arrivalEstimation,
  gtfsAgency,
  gtfsCalendarDateRule,
  gtfsCalendarRule,
  gtfsRoute,
  gtfsService,
  gtfsShape,
  gtfsStop,
  gtfsStopTime,
  gtfsTrip,
} from './urban-mobility.ts';
import { wasteContainer, wasteContainerIsle, wasteContainerModel } from './waste-management.ts';
import { waterConsumptionObserved } from './water-consumption.ts';
import { waterQualityObserved } from './water-quality.ts';
import { weatherAlert, weatherForecast, weatherObserved } from './weather.ts';
import { workOrder } from './work-order.ts';

export * from './alert.ts';
export { build, type EntityBuilder } from './builder.ts';
export * from './building.ts';
export * from './commune.ts';
export { contextOf } from './context-of.ts';
export * from './cpsv-ap.ts';
export * from './dcat-ap.ts';
export type { Concise, DefinedModel, KeyValues, Normalized } from './define.ts';
export * from './device.ts';
export * from './energy.ts';
export * from './environment.ts';
export { type FormDescriptor, type FormField, formOf } from './form.ts';
export * from './issue-tracking.ts';
export * from './key-performance-indicator.ts';
export * from './lighting.ts';
export type { Attribute, Model } from './model.ts';
export * from './organization.ts';
export * from './parking.ts';
export * from './parks-and-gardens.ts';
export * from './point-of-interest.ts';
export * from './publishing.ts';
export * from './service-request.ts';
export * from './streetlighting.ts';
export * from './tourism-destinations.ts';
export * from './transportation.ts';
export * from './urban-mobility.ts';
export * from './waste-management.ts';
export * from './water-consumption.ts';
export * from './water-quality.ts';
export * from './weather.ts';
export * from './work-order.ts';

/** The models of the territory, in the order in which subjects claim terms. */
export const models: readonly Model[] = [
  streetlight,
  streetlightGroup,
  streetlightControlCabinet,
  streetlightModel,
  wasteContainer,
  wasteContainerIsle,
  wasteContainerModel,
  serviceRequests,
  services,
  alert,
  device,
  deviceModel,
  deviceMeasurement,
  smartMeteringObservation,
  building,
  threePhaseAcMeasurement,
  airQualityObserved,
  noiseLevelObserved,
  indoorEnvironmentObserved,
  weatherObserved,
  weatherForecast,
  weatherAlert,
  offStreetParking,
  onStreetParking,
  parkingSpot,
  eVChargingStation,
  cityWork,
  vehicle,
  gtfsAgency,
  gtfsRoute,
  gtfsStop,
  gtfsTrip,
  gtfsStopTime,
  gtfsService,
  gtfsCalendarRule,
  gtfsCalendarDateRule,
  gtfsShape,
  arrivalEstimation,
  pointOfInterest,
  store,
  event,
  keyPerformanceIndicator,
  catalogue,
  dataset,
  distribution,
  waterConsumptionObserved,
  waterQualityObserved,
  garden,
  organization,
  publicService,
  streetlightControlProgram,
  streetlightControlCalendar,
  wasteCollectionSchedule,
  wasteCollectionRound,
  newsArticle,
  informationPage,
  school,
  menu,
  serviceRequestUpdate,
  evChargingPoint,
  administrativeArea,
  energyBill,
  workOrder,
  serviceRequest,
  lightingScenario,
  specialAnnouncement,
  question,
];

const BY_IRI: ReadonlyMap<string, Model> = new Map(models.map((model) => [model.iri, model]));

/** The model of a type, by its expanded name. */
export function modelOfIri(iri: string): Model | undefined {
  return BY_IRI.get(iri);
}

/** The model of a type, by its name. */
export function modelOfType(type: string): Model | undefined {
  return models.find((model) => model.type === type);
}
