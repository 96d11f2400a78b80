// Checks of what clients send.

/** A whole number from 0 to 2^53 - 1. */
export const wholeNumber = (value) => Number.isSafeInteger(value) && value >= 0;

/** A text of 1 to `longest` UTF-16 units. */
export const boundedText = (value, longest) =>
  typeof value === 'string' && value.length > 0 && value.length <= longest;

/** A whole number in a query string, `fallback` when absent, null when it is no number. */
export function queryNumber(text, fallback) {
  if (text === undefined) return fallback;
  const value = Number(text);
  return text !== '' && wholeNumber(value) ? value : null;
}
