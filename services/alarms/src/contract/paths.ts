export const ALARM_SETUP = {
  escalations: 'GET /alarms/escalations',
  saveEscalation: 'PUT /alarms/escalations/:id',
  removeEscalation: 'DELETE /alarms/escalations/:id',
  serviceLevels: 'GET /alarms/service-levels',
  changeServiceLevels: 'PUT /alarms/service-levels',
} as const;

export const ALARMS = {
  list: 'GET /alarms',
  counts: 'GET /alarms/counts',
  raise: 'POST /alarms',
  one: 'GET /alarms/:id',
  act: 'POST /alarms/:id/acts',
  actOnSeveral: 'POST /alarms/acts',
} as const;

export const WORK_ORDERS = {
  list: 'GET /work-orders',
  make: 'POST /work-orders',
  one: 'GET /work-orders/:id',
  act: 'POST /work-orders/:id/acts',
} as const;

export const HANDOVER = {
  read: 'GET /alarms/handover',
  begin: 'PUT /alarms/handover/shift',
  write: 'POST /alarms/handover/notes',
  remove: 'DELETE /alarms/handover/notes/:id',
} as const;
