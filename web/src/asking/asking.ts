export { createAnswers } from './answers.ts';
export { AnswerError, ask, toProblem } from './ask.ts';
export { clientOf } from './client.ts';
export { type Act, useAct } from './useAct.ts';
export { type Answer, type AnswerOptions, useAnswer } from './useAnswer.ts';
