export { type Draft, type FormValues, provideUnsaved, type Unsaved, useDraft } from './useDraft.ts';
