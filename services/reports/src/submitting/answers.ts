import { refused } from '@alzette/kit/problems';
import type { Category, Question } from '../contract/categories.ts';
import type { Answers } from '../contract/submission.ts';

/** Checks the answers to a category's questions. @throws Problem 400: names the attribute */
export function checkAnswers({ questions }: Category, answers: Answers): void {
  const unknown = Object.keys(answers).find((code) => !questions.some((question) => question.code === code));
  if (unknown !== undefined) {
    const known = questions.map(({ code }) => code).join(', ') || 'none';
    throw refused(`attributes.${unknown}`, answers[unknown], `no attribute of that name; known: ${known}`);
  }
  for (const question of questions) checkAnswer(question, answers[question.code]);
}

function checkAnswer(
  { code, datatype, isRequired, values = [] }: Question,
  answer: string | readonly string[] | undefined,
) {
  const given = [answer ?? []].flat().filter((value) => value !== '');
  const field = `attributes.${code}`;
  if (given.length === 0) {
    if (isRequired) throw refused(field, answer, 'an answer');
    return;
  }
  if (datatype !== 'multivaluelist' && given.length > 1) throw refused(field, answer, 'one value');
  if (datatype.endsWith('list')) {
    const odd = given.find((value) => !values.some(({ key }) => key === value));
    if (odd !== undefined) throw refused(field, odd, `one of ${values.map(({ key }) => key).join(', ')}`);
  }
  if (datatype === 'number' && !given.every((value) => Number.isFinite(Number(value))))
    throw refused(field, answer, 'a number');
  if (datatype === 'datetime' && given.some((value) => Number.isNaN(Date.parse(value))))
    throw refused(field, answer, 'a date and time');
}
