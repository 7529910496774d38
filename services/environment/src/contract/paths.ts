export const ENVIRONMENT = {
  station: 'GET /environment/stations/:id',
} as const;

export const PUBLIC_ENVIRONMENT = {
  air: 'GET /citizen/v1/air',
  weather: 'GET /citizen/v1/weather',
  noise: 'GET /citizen/v1/noise',
  water: 'GET /citizen/v1/water',
} as const;
