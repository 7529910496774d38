export const MOBILITY = {
  stops: 'GET /citizen/v1/stops',
  departures: 'GET /citizen/v1/departures',
  disruptions: 'GET /citizen/v1/disruptions',
  timetable: 'GET /citizen/v1/timetable',
  journeys: 'GET /citizen/v1/journeys',
  parking: 'GET /citizen/v1/parking',
  charging: 'GET /citizen/v1/charging',
  cockpit: 'GET /mobility/cockpit',
  counter: 'GET /mobility/counters/:id',
} as const;
