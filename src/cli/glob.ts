import {readdir} from 'node:fs/promises';
import {join, normalize, sep} from 'node:path';

/** Whether a path is a pattern. */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * The files that match a pattern: `*` and `?` stand for anything but a slash, `[abc]` for one of some letters, `**` for
 * any number of folders. Hidden files do not match wildcards.
 */
export async function expandGlob(pattern: string): Promise<string[]> {
  const parts = pattern.replaceAll('\\', sep === '\\' ? '/' : '\\').split('/');
  const first = parts.findIndex(isGlob);
  const base = parts.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.');
  const rest = parts.slice(first);
  const entries = await readdir(base, {recursive: rest.length > 1, withFileTypes: true}).catch(() => []);
  const matcher = toRegExp(rest.join('/'));
  return entries
    .filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => matcher.test(relativeTo(base, path)));
}

function relativeTo(base: string, path: string): string {
  const folder = normalize(base);
  const skip = folder === '.' ? 0 : folder.length + (folder.endsWith(sep) ? 0 : 1);
  return path.slice(skip).replaceAll(sep, '/');
}

function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*|\?|\[[^\]]+\]|[.+^${}()|\\[\]]/g, token => {
    if (token === '**/') return '(?:[^./][^/]*/)*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    return token.length > 1 ? token.replace('[!', '[^') : `\\${token}`;
  });
  return new RegExp(`^(?!\\.)${source}$`);
}
