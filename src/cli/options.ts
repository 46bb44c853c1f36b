import {parseArgs} from 'node:util';
import {suggestion} from './suggest.ts';
import {UsageError} from './usage-error.ts';

/** One option of a command. */
export interface Option {
  readonly help: string;
  /** What its value is called in the help; an option without one is a switch. */
  readonly value?: string;
  readonly short?: string;
}

export type OptionTable<Name extends string = string> = Readonly<Record<Name, Option>>;

/** The arguments of a command, looked up by the names in its table. */
export class Arguments<Name extends string> {
  readonly positionals: readonly string[];
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>, positionals: readonly string[]) {
    this.#values = values;
    this.positionals = positionals;
  }

  has(name: Name): boolean {
    return this.#values.has(name);
  }

  text(name: Name): string | undefined {
    return this.#values.get(name);
  }

  /** One of a few words. */
  choice<const T extends string>(name: Name, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const choice = choices.find(word => word === text);
    if (choice !== undefined) return choice;
    throw new UsageError(
      `Expected --${name} to be one of ${choices.join(', ')} but received ${text}${suggestion(text, choices)}`,
    );
  }

  /** A number, or several with commas between them. */
  numbers(name: Name, isValid: (value: number) => boolean, expected: string): number[] | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const values = text.split(',').map(part => (part.trim() === '' ? NaN : Number(part)));
    if (values.every(value => Number.isFinite(value) && isValid(value))) return values;
    throw new UsageError(`Expected --${name} to be ${expected} but received ${text}`);
  }

  number(name: Name, isValid: (value: number) => boolean, expected: string): number | undefined {
    const values = this.numbers(name, isValid, expected);
    if (values === undefined || values.length === 1) return values?.[0];
    throw new UsageError(`Expected --${name} to be ${expected} but received ${values.join()}`);
  }

  integer(name: Name, min: number, max = Infinity): number | undefined {
    const range = max === Infinity ? `an integer of ${min} or more` : `an integer from ${min} to ${max}`;
    return this.number(name, value => Number.isInteger(value) && value >= min && value <= max, range);
  }
}

/**
 * Reads a command line against a table of options.
 *
 * @throws {UsageError} for an unknown option, naming the nearest one, a value that is missing, or one too many
 */
export function parseOptions<Name extends string>(argv: readonly string[], table: OptionTable<Name>): Arguments<Name> {
  const known = Object.entries<Option>(table);
  const options = Object.fromEntries(
    known.map(([name, {value, short}]) => [name, {type: value ? 'string' : 'boolean', ...(short && {short})} as const]),
  );
  const {tokens, positionals} = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = known.find(([name]) => name === token.name)?.[1];
    if (!option) throw unknownOption(token.name, token.rawName, known);
    const forgotten = token.value === undefined || (!token.inlineValue && token.value.startsWith('--'));
    if (option.value && forgotten) throw new UsageError(`Expected ${option.value} after ${token.rawName}`);
    if (!option.value && token.value !== undefined) {
      throw new UsageError(`${token.rawName} takes no value but received ${token.value}`);
    }
    values.set(token.name, token.value ?? '');
  }
  return new Arguments(values, positionals);
}

function unknownOption(name: string, rawName: string, known: readonly (readonly [string, Option])[]): UsageError {
  const names = known.map(([known]) => known);
  return new UsageError(`Unknown option ${rawName}${suggestion(name, names, '--')}`);
}
