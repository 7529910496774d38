export { AnswerList } from './AnswerList.ts';
export { FormFields, fieldId, inWords, languageOf } from './FormFields.ts';
export { FormSummary, type SummaryLine } from './FormSummary.ts';
export type { FormPorts, FoundStreet, FreeSlot, ShownField } from './field.ts';
export { type Errors, formOfPage, rowOf, type Step, settleForm, stepsOf, withAnswer } from './form-view.ts';
export type { FormWords } from './words/form-words.ts';
export { loadFormWords } from './words/load-form-words.ts';
