export { createAnswers } from './answers.ts';
export { AnswerError, ask, isTemporary, readAnswer, toProblem } from './ask.ts';
export { clientOf } from './client.ts';
export { type Tell, ToldError, type ToldProblem, useTell } from './told.ts';
export { type Act, useAct } from './useAct.ts';
export { type Answer, type AnswerOptions, type Boxed, useAnswer } from './useAnswer.ts';
