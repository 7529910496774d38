export const ALARM_SETUP = {
  escalations: 'GET /alarms/escalations',
  saveEscalation: 'PUT /alarms/escalations/:id',
  removeEscalation: 'DELETE /alarms/escalations/:id',
  serviceLevels: 'GET /alarms/service-levels',
  changeServiceLevels: 'PUT /alarms/service-levels',
} as const;
