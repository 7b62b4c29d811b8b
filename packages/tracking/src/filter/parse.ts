import { type Field, type Filter, type Literal, type Operator, operators } from './ast.ts';
import { FilterError } from './error.ts';
import { aggregateField, nameField } from './field.ts';
import { readLiteral } from './literal.ts';
import { type Token, tokenize } from './tokens.ts';

/** What one filter may cost: its text comes from anybody who may read. */
export const filterLimits = { characters: 4000, depth: 40, comparisons: 100 } as const;

/**
 * Reads a filter such as `stage = distill and (validation.accuracy > 0.97 or min(train.loss) < 0.1)`. An empty one holds for all runs.
 * A FilterError says what cannot be read, and where.
 */
export function parseFilter(text: string): Filter {
  return new Parser(text).filter();
}

/** Reads an order such as `started`, or `-accuracy` for the highest first. */
export function parseSort(text: string): { readonly field: Field; readonly descending: boolean } {
  const descending = text.startsWith('-');
  // A space in its place keeps the positions of errors.
  return { field: new Parser(descending ? ` ${text.slice(1)}` : text).onlyField(), descending };
}

/** Reads a field alone, such as `accuracy`, `min(loss)` or `config.student.layers`. */
export function parseField(text: string): Field {
  return new Parser(text).onlyField();
}

/** Recursive descent over the tokens. */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #comparisons = 0;

  constructor(text: string) {
    if (text.length > filterLimits.characters) {
      throw new FilterError(`the text is longer than ${filterLimits.characters} characters`, filterLimits.characters);
    }
    this.#tokens = tokenize(text);
  }

  filter(): Filter {
    if (this.#peek().kind === 'end') return { kind: 'and', parts: [] };
    const filter = this.#or();
    const { kind, text, start } = this.#peek();
    if (kind !== 'end') throw new FilterError(`"and" or "or" is missing before "${text}"`, start);
    return filter;
  }

  onlyField(): Field {
    const field = this.#field();
    const { kind, text, start } = this.#peek();
    if (kind !== 'end') throw new FilterError(`"${text}" is too much`, start);
    return field;
  }

  #or(): Filter {
    return this.#list('or', () => this.#list('and', () => this.#not()));
  }

  #list(kind: 'and' | 'or', part: () => Filter): Filter {
    const parts = [part()];
    while (this.#takeWord(kind)) parts.push(part());
    return parts.length === 1 ? parts[0] : { kind, parts };
  }

  #not(): Filter {
    const { start } = this.#peek();
    if (++this.#depth > filterLimits.depth) throw new FilterError(`more than ${filterLimits.depth} levels`, start);
    const filter: Filter = this.#takeWord('not') ? { kind: 'not', part: this.#not() } : this.#primary();
    this.#depth--;
    return filter;
  }

  #primary(): Filter {
    if (!this.#takeSymbol('(')) return this.#comparison();
    const filter = this.#or();
    this.#expectSymbol(')');
    return filter;
  }

  #comparison(): Filter {
    const { start } = this.#peek();
    if (++this.#comparisons > filterLimits.comparisons) {
      throw new FilterError(`more than ${filterLimits.comparisons} comparisons`, start);
    }
    const field = this.#field();
    const token = this.#peek();
    if (this.#takeWord('is')) return this.#isNull(field);
    if (this.#takeWord('in')) return { kind: 'in', field, values: this.#values(field, token) };
    const operator = readOperator(token);
    this.#next++;
    return { kind: 'compare', field, operator, value: readLiteral(this.#take(), field, operator, token) };
  }

  #isNull(field: Field): Filter {
    const negated = this.#takeWord('not');
    const { start } = this.#peek();
    if (!this.#takeWord('null')) throw new FilterError('after "is" comes "null" or "not null"', start);
    const missing: Filter = { kind: 'missing', field };
    return negated ? { kind: 'not', part: missing } : missing;
  }

  #values(field: Field, operator: Token): Literal[] {
    this.#expectSymbol('(');
    const values: Literal[] = [];
    do values.push(readLiteral(this.#take(), field, 'in', operator));
    while (this.#takeSymbol(','));
    this.#expectSymbol(')');
    return values;
  }

  #field(): Field {
    const token = this.#take();
    if (token.kind === 'end') throw new FilterError('a name is missing at the end', token.start);
    if (token.kind === 'symbol') throw new FilterError(`a name is missing before "${token.text}"`, token.start);
    if (token.kind === 'quoted' || !this.#takeSymbol('(')) return nameField(token);
    const field = aggregateField(token, this.#take());
    this.#expectSymbol(')');
    return field;
  }

  #peek(): Token {
    return this.#tokens[this.#next];
  }

  /** The end is never passed. */
  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  #takeWord(word: string): boolean {
    const { kind, text } = this.#peek();
    const found = kind === 'word' && text.toLowerCase() === word;
    if (found) this.#next++;
    return found;
  }

  #takeSymbol(symbol: string): boolean {
    const { kind, text } = this.#peek();
    const found = kind === 'symbol' && text === symbol;
    if (found) this.#next++;
    return found;
  }

  #expectSymbol(symbol: string): void {
    const { start } = this.#peek();
    if (!this.#takeSymbol(symbol)) throw new FilterError(`"${symbol}" is missing`, start);
  }
}

const otherNames: Readonly<Record<string, Operator>> = { '==': '=', '<>': '!=' };

function readOperator({ kind, text, start }: Token): Operator {
  const operator = kind === 'symbol' ? (otherNames[text] ?? operators.find((known) => known === text)) : undefined;
  if (operator === undefined)
    throw new FilterError(`a comparison is missing: ${operators.join(' ')}, in, or is null`, start);
  return operator;
}
