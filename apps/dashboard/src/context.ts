import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api } from './lib/api.ts';
import type { LiveStream } from './lib/live.ts';

/** What every view gets to work with. */
export interface Page {
  readonly api: Api;
  readonly live: LiveStream;
  /** Does what may need an API key; where the server refuses for the lack of one, asks for it and tries again. */
  withKey<T>(work: () => Promise<T>): Promise<T>;
  /** Says something that has happened, to those who look and to those who listen. */
  tell(message: string): void;
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error('a component is drawn outside of the page');
  return page;
}
