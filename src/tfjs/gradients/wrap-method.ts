/**
 * Puts a function around a method of an object that is not ours, by a Proxy, so that the method keeps its name and type.
 *
 * @param around gets the method as it was, the object that it is called on, and the arguments
 * @returns puts the method back as it was
 */
export function wrapMethod<A extends unknown[]>(
  owner: object,
  name: string,
  around: (method: (self: unknown, ...args: A) => unknown, self: unknown, ...args: A) => unknown,
): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== 'function') throw new TypeError(`Expected a method ${name} to put a function around`);
  const call = (self: unknown, ...args: A): unknown => Reflect.apply(method, self, args);
  const value = new Proxy(method, {apply: (_, self: unknown, args: A) => around(call, self, ...args)});
  Object.defineProperty(owner, name, {writable: true, configurable: true, enumerable: false, ...before, value});
  return () => {
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  };
}
