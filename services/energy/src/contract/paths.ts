export const ENERGY = {
  buildings: 'GET /energy/buildings',
  building: 'GET /energy/buildings/:id',
  setBudget: 'PUT /energy/buildings/:id/budget',
  settings: 'GET /energy/settings',
  changeSettings: 'PUT /energy/settings',
} as const;
