/** The initial strategy of the territory: half the light from 21:00 to 05:30. */
export const INITIAL = {
  id: 'reduction-21h',
  document: {
    name: 'Réduction de 21 h à 5 h 30',
    on: 'sunset',
    off: 'sunrise',
    programmes: {
      usual: { level: 1, slots: [{ from: '21:00', to: '05:30', level: 0.5 }] },
      feast: { level: 1, slots: [{ from: '01:00', to: '05:30', level: 0.5 }] },
    },
    calendar: {
      rules: [{ name: 'Fête nationale', from: '07-13', to: '07-14', programme: 'feast' }],
      defaultProgramme: 'usual',
    },
    driverLosses: 0.08,
  },
} as const;

/** Two thresholds: half the light, and less in the middle of the night. */
export const TWO_THRESHOLDS = {
  id: 'deux-seuils',
  document: {
    name: 'Deux seuils : 50 % puis 30 %',
    on: 'sunset',
    off: 'sunrise',
    programmes: {
      usual: {
        level: 1,
        slots: [
          { from: '21:00', to: '05:30', level: 0.5 },
          { from: '23:00', to: '05:00', level: 0.3 },
        ],
      },
      feast: { level: 1, slots: [{ from: '01:00', to: '05:30', level: 0.5 }] },
    },
    calendar: {
      rules: [{ name: 'Fête nationale', from: '07-13', to: '07-14', programme: 'feast' }],
      defaultProgramme: 'usual',
    },
    driverLosses: 0.08,
  },
} as const;
