import 'vuetify/styles/core';
import { useI18n } from 'vue-i18n';
import { createVuetify } from 'vuetify';
import { aliases, mdi } from 'vuetify/iconsets/mdi-svg';
import { createVueI18nAdapter } from 'vuetify/locale/adapters/vue-i18n';
import type { i18n as portalI18n } from '../i18n/i18n.ts';

/** Labels and placeholders with enough contrast (WCAG 1.4.3). */
const EMPHASIS = { 'medium-emphasis-opacity': 0.8 };

/** @param i18n contains the components' own texts, under `$vuetify` */
export function createPortalVuetify(i18n: typeof portalI18n) {
  return createVuetify({
    locale: { adapter: createVueI18nAdapter({ i18n, useI18n }) },
    icons: { defaultSet: 'mdi', aliases, sets: { mdi } },
    theme: {
      defaultTheme: 'day',
      themes: {
        day: {
          dark: false,
          variables: EMPHASIS,
          colors: {
            background: '#eaf0ef',
            surface: '#ffffff',
            'surface-variant': '#e4eceb',
            'on-surface-variant': '#2b434b',
            'on-background': '#10242b',
            'on-surface': '#10242b',
            primary: '#0b6570',
            'on-primary': '#ffffff',
            secondary: '#7a4d00',
            error: '#b3202a',
            warning: '#a54800',
            success: '#0b6b4f',
            info: '#0b6570',
          },
        },
        night: {
          dark: true,
          variables: EMPHASIS,
          colors: {
            background: '#091418',
            surface: '#101f25',
            'surface-variant': '#1b3038',
            'on-surface-variant': '#cfdfe1',
            'on-background': '#e6f0f0',
            'on-surface': '#e6f0f0',
            primary: '#62d3d8',
            'on-primary': '#06262a',
            secondary: '#ffc84f',
            error: '#ff8a84',
            warning: '#ffab66',
            success: '#5fd6a8',
            info: '#62d3d8',
          },
        },
      },
    },
    defaults: {
      VBtn: { variant: 'text', rounded: 'lg' },
      VTextField: { variant: 'outlined', density: 'compact', hideDetails: 'auto' },
      VSelect: { variant: 'outlined', density: 'compact', hideDetails: 'auto' },
      VAutocomplete: { variant: 'outlined', density: 'compact', hideDetails: 'auto' },
      VCombobox: { variant: 'outlined', density: 'compact', hideDetails: 'auto' },
      VTextarea: { variant: 'outlined', density: 'compact', hideDetails: 'auto' },
      VFileInput: { variant: 'outlined', density: 'compact', hideDetails: 'auto' },
      VSwitch: { hideDetails: 'auto' },
      VTooltip: { openDelay: 350 },
    },
  });
}
