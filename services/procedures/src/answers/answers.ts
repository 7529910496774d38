/*
 * What browser and server do alike with the answers to a form: which fields are shown, what is computed, and what is wrong
 * with an answer, in the words of the person who gives it. It imports nothing outside of this folder but types.
 *
 *   const sections = sectionsOf(form);
 *   const settled = settle(sections, answers);
 *   const faults = faultsOf(sections, settled);
 */
export type {
  Answers,
  Category,
  Choice,
  CompiledForm,
  Condition,
  Control,
  Field,
  FieldSchema,
  Kind,
  Label,
  Section,
} from '../contract/form.ts';
export { calculate, isShown, type Values } from './conditions.ts';
export { type FieldFault, faultsOf } from './faults.ts';
export { type Settled, sectionsOf, settle } from './settle.ts';
export { type VouchedValues, vouchedAnswers, vouchedValues } from './vouched.ts';
