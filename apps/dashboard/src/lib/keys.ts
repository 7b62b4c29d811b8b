/** The API key that was given, for this tab alone: it is gone with it. */
const name = 'retort.key';

export function storedKey(): string | undefined {
  return sessionStorage.getItem(name) ?? undefined;
}

export function storeKey(key: string): void {
  if (key === '') sessionStorage.removeItem(name);
  else sessionStorage.setItem(name, key);
}
