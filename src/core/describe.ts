/** Says what a value is, for the end of an error message: `0`, `'foo'`, `a Float64Array of 12 values`, `an array of 3 values`. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return value.length <= 40 ? `'${value}'` : `a string of ${value.length} characters`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${count(value.length, 'value')}`;
  const name = className(value);
  if (ArrayBuffer.isView(value) && 'length' in value)
    return `${article(name)} of ${count(Number(value.length), 'value')}`;
  return article(name);
}

/** `1 value`, `2 values`. */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

/** `a`, `a or b`, `a, b or c`. */
export function oneOf(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;
}

function className(value: object): string {
  // An object without a prototype has no constructor.
  const {constructor}: {constructor?: unknown} = value;
  const name = typeof constructor === 'function' ? constructor.name : '';
  return name === '' || name === 'Object' ? 'object' : name;
}

function article(noun: string): string {
  return `${/^[aeiou]/i.test(noun) && !noun.startsWith('Uint') ? 'an' : 'a'} ${noun}`;
}
