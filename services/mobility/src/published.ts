import type { Published } from '@alzette/kit/service';

/** What strangers read of stops, departures, disruptions, parking and charging. */
export const PUBLISHED: readonly Published[] = [
  {
    types: ['GtfsStop'],
    attributes: ['name', 'location', 'platformCode', 'wheelChairAccessible', 'hasParentStation'],
  },
  { types: ['GtfsAgency'], attributes: ['agencyName', 'timezone'] },
  { types: ['GtfsRoute'], attributes: ['routeColor', 'routeTextColor', 'operatedBy'] },
  {
    types: ['ArrivalEstimation'],
    attributes: [
      'hasStop',
      'hasRoute',
      'line',
      'headSign',
      'routeType',
      'plannedDeparture',
      'expectedDeparture',
      'departureStatus',
      'realTimeState',
    ],
  },
  // Only those of public transport are shown.
  {
    types: ['Alert'],
    attributes: [
      'subCategory',
      'title',
      'description',
      'severity',
      'effect',
      'validFrom',
      'validTo',
      'affectedStop',
      'affectedRoute',
    ],
  },
  {
    types: ['OffStreetParking', 'OnStreetParking'],
    attributes: ['name', 'location', 'totalSpotNumber', 'availableSpotNumber'],
  },
  {
    types: ['BikeHireDockingStation'],
    attributes: ['name', 'location', 'totalSlotNumber', 'availableBikeNumber', 'freeSlotNumber', 'status'],
  },
  {
    types: ['EVChargingStation'],
    attributes: ['name', 'location', 'capacity', 'availableCapacity', 'status', 'socketType'],
  },
];
