import { building } from './city/building.ts';
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
} from './city/commune.ts';
import { publicService } from './city/cpsv-ap.ts';
import { catalogue, dataset, distribution } from './city/dcat-ap.ts';
import { exposureZone } from './city/exposure-zone.ts';
import { serviceRequests, services } from './city/issue-tracking.ts';
import { keyPerformanceIndicator } from './city/key-performance-indicator.ts';
import { organization } from './city/organization.ts';
import { garden } from './city/parks-and-gardens.ts';
import { pointOfInterest, store } from './city/point-of-interest.ts';
import { question, specialAnnouncement } from './city/publishing.ts';
import { accessBadge, publicGrant, serviceCase, wasteCollectionStop } from './city/service-case.ts';
import { serviceRequest } from './city/service-request.ts';
import { event } from './city/tourism-destinations.ts';
import { wasteContainer, wasteContainerIsle, wasteContainerModel } from './city/waste-management.ts';
import { threePhaseAcMeasurement } from './environment/energy.ts';
import {
  aeroAllergenObserved,
  airQualityObserved,
  indoorEnvironmentObserved,
  noiseLevelObserved,
} from './environment/environment.ts';
import { waterConsumptionObserved } from './environment/water-consumption.ts';
import { waterQualityObserved } from './environment/water-quality.ts';
import { weatherAlert, weatherForecast, weatherObserved } from './environment/weather.ts';
import { lightingScenario } from './lighting/lighting.ts';
import {
  streetlight,
  streetlightControlCabinet,
  streetlightGroup,
  streetlightModel,
} from './lighting/streetlighting.ts';
import { bikeHireDockingStation, eVChargingStation } from './mobility/charging-and-sharing.ts';
import { cityWork } from './mobility/city-work.ts';
import { offStreetParking, onStreetParking, parkingSpot } from './mobility/parking.ts';
import { trafficFlowObserved, vehicle } from './mobility/transportation.ts';
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
} from './mobility/urban-mobility.ts';
import type { Model } from './model.ts';
import { alert } from './operations/alert.ts';
import { device, deviceMeasurement, deviceModel, smartMeteringObservation } from './operations/device.ts';
import { workOrder } from './operations/work-order.ts';

export { build, type EntityBuilder } from './builder.ts';
export * from './city/building.ts';
export * from './city/commune.ts';
export * from './city/cpsv-ap.ts';
export * from './city/dcat-ap.ts';
export * from './city/exposure-zone.ts';
export * from './city/issue-tracking.ts';
export * from './city/key-performance-indicator.ts';
export * from './city/organization.ts';
export * from './city/parks-and-gardens.ts';
export * from './city/point-of-interest.ts';
export * from './city/publishing.ts';
export * from './city/service-case.ts';
export * from './city/service-request.ts';
export * from './city/tourism-destinations.ts';
export * from './city/waste-management.ts';
export { contextOf } from './context-of.ts';
export type { Concise, DefinedModel, KeyValues, Normalized } from './define.ts';
export * from './environment/energy.ts';
export * from './environment/environment.ts';
export * from './environment/water-consumption.ts';
export * from './environment/water-quality.ts';
export * from './environment/weather.ts';
export { type FormDescriptor, type FormField, formOf } from './form.ts';
export * from './lighting/lighting.ts';
export * from './lighting/streetlighting.ts';
export * from './mobility/charging-and-sharing.ts';
export * from './mobility/city-work.ts';
export * from './mobility/parking.ts';
export * from './mobility/transportation.ts';
export * from './mobility/urban-mobility.ts';
export { type Attribute, type Model, requiredAttributes } from './model.ts';
export * from './operations/alert.ts';
export * from './operations/device.ts';
export * from './operations/work-order.ts';
export { vocabularyOf } from './vocabulary.ts';

/** The models of the territory. If subjects share a term, the first one defines it. */
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
  bikeHireDockingStation,
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
  serviceCase,
  wasteCollectionStop,
  accessBadge,
  publicGrant,
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
  trafficFlowObserved,
  aeroAllergenObserved,
  exposureZone,
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
