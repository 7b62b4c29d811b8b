import { UserError } from '@retort/shared';
import { isPassing } from '../database/errors.ts';
import type { Database, Sql } from '../database/open.ts';
import { pause } from './pause.ts';

/** Who records a run or its points tells it here: `{"run": 12, ...}`. */
const channel = 'retort';
const beat = '"beat"';

/** Told of a change of one run, or null if anything may have changed. */
export type ChangeHandler = (run: number | null) => void;

/**
 * One connection that listens, and reads for all who follow. It outlives the server: whatever breaks is opened again, and
 * everybody looks again then, for what was told meanwhile was not heard. A connection may also go deaf without an error
 * (a proxy, a cable, a failed LISTEN after a restart): a word to itself at each beat finds that out.
 */
export class Listener {
  readonly #open: () => Promise<Database>;
  readonly #beatMs: number;
  readonly #onTrouble: (error: unknown) => void;
  readonly #handlers = new Set<ChangeHandler>();
  #connection: Promise<Database> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #unanswered = false;

  constructor(open: () => Promise<Database>, beatMs: number, onTrouble: (error: unknown) => void) {
    this.#open = open;
    this.#beatMs = beatMs;
    this.#onTrouble = onTrouble;
  }

  /** Tells the handler of changes until the returned function is called. */
  subscribe(handler: ChangeHandler): () => void {
    this.#handlers.add(handler);
    this.#timer ??= setInterval(() => this.#beat(), this.#beatMs).unref();
    return () => {
      this.#handlers.delete(handler);
      if (this.#handlers.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Reads, as often as it takes until the database answers. A fault of the question itself is thrown. */
  async read<T>(question: (sql: Sql) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const connection = this.#connect();
      try {
        return await question((await connection).sql);
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.#onTrouble(error);
        this.#drop(connection);
        await pause(Math.min(5000, 50 * 2 ** attempt), signal);
        if (signal.aborted) throw signal.reason;
      }
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const connection = this.#connection;
    this.#connection = undefined;
    await (await connection?.catch(() => undefined))?.close();
  }

  #connect(): Promise<Database> {
    this.#connection ??= this.#listen();
    return this.#connection;
  }

  async #listen(): Promise<Database> {
    const database = await this.#open();
    try {
      await database.sql.listen(
        channel,
        (payload) => this.#hear(payload),
        () => this.#tell(null),
      );
    } catch (error) {
      await database.close();
      throw error;
    }
    this.#unanswered = false;
    return database;
  }

  #hear(payload: string): void {
    this.#unanswered = false;
    // At a beat everybody looks anyway: a database behind a pool may lose a word.
    this.#tell(payload === beat ? null : runOf(payload));
  }

  #tell(run: number | null): void {
    for (const handler of this.#handlers) handler(run);
  }

  #beat(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    if (this.#unanswered) {
      this.#onTrouble(new UserError('the database was not heard any more', { remedy: 'nothing: it is asked again' }));
      this.#drop(connection);
      return;
    }
    this.#unanswered = true;
    connection.then(({ sql }) => sql.notify(channel, beat)).catch(() => this.#drop(connection));
  }

  /** The next read opens another one. */
  #drop(connection: Promise<Database>): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    connection.then((database) => database.close()).catch(() => undefined);
    this.#tell(null);
  }
}

function runOf(payload: string): number | null {
  try {
    const told: unknown = JSON.parse(payload);
    if (typeof told === 'object' && told !== null && 'run' in told && typeof told.run === 'number') return told.run;
  } catch {
    // Anybody may write to the channel.
  }
  return null;
}
