const small = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'],
  ...['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
];
const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

/** A whole number from 0 to 999 in words. */
export function spellNumber(n: number): string {
  if (n < 20) return small[n];
  if (n < 100) return tens[Math.floor(n / 10) - 2] + (n % 10 === 0 ? '' : `-${small[n % 10]}`);
  return `${small[Math.floor(n / 100)]} hundred${n % 100 === 0 ? '' : ` and ${spellNumber(n % 100)}`}`;
}

/**
 * Writes out whole numbers below a thousand, also of dollars: the AI side has no digits, and without this it alone would
 * have numbers. Years, fractions, ordinals and dates keep their digits, so their sentences are left out.
 */
export function spellNumbers(text: string): string {
  return text
    .replace(/\$(\d{1,3}) (million|billion|trillion)\b(?! (a|per)\b)/g, '$1 $2 dollars')
    .replace(/(?<![\w.,$/:-])(\d{1,3})(?!\d|[.,:/]\d|%|st\b|nd\b|rd\b|th\b|\w)/g, (digits, _, at: number) => {
      const words = spellNumber(Number(digits));
      return /(^|[.?!] )$/.test(text.slice(0, at)) ? words[0].toUpperCase() + words.slice(1) : words;
    });
}
