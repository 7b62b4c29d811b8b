import { UserError } from '@retort/shared';

/** Parts between commas. */
export function list(text = ''): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** A whole number from 1 on, if one is given. */
export function count(field: string, text: string | undefined, max: number): number | undefined {
  return text === undefined ? undefined : number(field, text, { min: 1, max, whole: true });
}

export function number(
  field: string,
  text: string,
  { min, max, whole = false }: { min: number; max: number; whole?: boolean },
): number {
  const value = Number(text);
  if (/^[\d.]+$/.test(text) && value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  throw wrong(field, text, `give a ${whole ? 'whole ' : ''}number from ${min} to ${max}`);
}

export function oneOf<T extends string>(field: string, text: string, values: readonly T[]): T {
  const found = values.find((value) => value === text);
  if (found !== undefined) return found;
  throw wrong(field, text, `give one of ${values.join(', ')}`);
}

export function wrong(field: string, text: string, remedy: string): UserError {
  return new UserError(`"${text}" will not do`, { place: { field }, remedy });
}
